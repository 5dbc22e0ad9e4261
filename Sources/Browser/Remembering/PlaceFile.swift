import Foundation

/// The file in which the place of one store is remembered, below `$XDG_STATE_HOME/slotscope/places`.
package struct PlaceFile: Sendable {
  package let path: String
  /// The store's folder, without links.
  package let store: String

  /// - Parameter environment: of the process.
  package init(store directory: String, environment: [String: String]) {
    store = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
    let home = environment["HOME"] ?? NSHomeDirectory()
    let states =
      environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.local/state"
    let name = String(Self.digest(store), radix: 16)
    path = states + "/slotscope/places/" + String(repeating: "0", count: 16 - name.count) + name + ".json"
  }

  /// nil where there is none, where it is damaged, and where it is another store's.
  package func read() -> RememberedPlace? {
    guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= 1 << 16,
      let place = try? JSONDecoder().decode(RememberedPlace.self, from: bytes),
      place.version == RememberedPlace.currentVersion, place.store == store
    else { return nil }
    return place
  }

  /// Whole or not at all, whoever else writes it.
  package func write(_ place: RememberedPlace) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(place).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// FNV-1a, 64 bits: it tells stores apart, and the file says whose it is.
  private static func digest(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
