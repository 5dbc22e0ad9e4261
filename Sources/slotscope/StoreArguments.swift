import ArgumentParser
import Foundation
import SlotStore

/// Where the store is.
struct StoreArguments: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("The store's folder.", valueName: "dir"), completion: .directory)
  var store: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Append to this file what is done and what goes wrong.", valueName: "file"),
    completion: .file())
  var log: String?

  /// `--store`, else `$SLOTSCOPE_STORE`, else the user's data folder.
  var directory: String {
    let environment = ProcessInfo.processInfo.environment
    if let store { return (store as NSString).expandingTildeInPath }
    if let store = environment["SLOTSCOPE_STORE"], !store.isEmpty { return store }
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/slotscope" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/slotscope"
  }

  func open(_ access: StoreOptions.Access) throws -> PersistentStore {
    var options = StoreOptions(access: access)
    options.keepRevisions = UserConfiguration.current.keep ?? options.keepRevisions
    options.onWait = { Message.note("another process is writing to the store; waiting for it …") }
    options.onWarning = { Message.note("warning: " + $0) }
    return try PersistentStore(at: directory, options: options)
  }
}

/// Slots as typed: `7`, `1-20`, `3,5,9`.
enum SlotNumbers {
  private static let limit = 100_000

  static func parse(_ texts: [String]) throws -> [Int] {
    var slots: [Int] = []
    for text in texts.flatMap({ $0.split(separator: ",").map(String.init) }) {
      guard let range = range(text) else {
        throw ValidationError("'\(text)' is no slot: a number such as 7, or a range such as 1-20")
      }
      if range.count > limit - slots.count { throw ValidationError("more than \(limit) slots at once") }
      slots += range
    }
    var seen: Set<Int> = []
    return slots.filter { seen.insert($0).inserted }
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    if let slot = Int(text), slot >= 0 { return slot...slot }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
    return first...last
  }
}
