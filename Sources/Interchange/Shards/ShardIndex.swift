import StrictJSON
import Tensors

// The index of a sharded model, as Hugging Face's libraries write it (model.safetensors.index.json):
//
//   {"metadata": {"total_size": 13476835328},
//    "weight_map": {"lm_head.weight": "model-00002-of-00002.safetensors", …}}
//
// `weight_map` says of every tensor which file of the index's own folder holds it. `metadata` may be missing; what it
// holds beside texts, numbers and bools is left out. `total_size` is kept, but not believed: there are indexes whose
// number is that of other weights. Members of other names are for others.

/// Which file of a sharded model holds which tensor.
struct ShardIndex {
  static let maximumByteCount = 100_000_000

  /// Texts as they are, numbers and bools as JSON.
  private(set) var metadata: [String: String] = [:]
  /// The names of the shards, each once, in the order of their bytes.
  private(set) var files: [String] = []
  /// Where each tensor is, as a position in `files`.
  private(set) var places: [ExactName: Int] = [:]

  /// Reads and checks the index in a whole file.
  ///
  /// - Throws: `ShardError`; what `file` throws where it can't be read.
  init(_ file: any ByteSource) throws {
    guard file.byteCount <= Self.maximumByteCount else {
      throw ShardError.indexTooLong(byteCount: file.byteCount)
    }
    let bytes = try ByteRegion(byteCount: file.byteCount) { try file.read(at: 0, into: $0) }
    do {
      try bytes.withUnsafeBytes { try parse($0) }
    } catch let error as JSONError {
      throw ShardError.json(error)
    }
  }

  private mutating func parse(_ bytes: UnsafeRawBufferPointer) throws {
    var scanner = JSONScanner(bytes)
    guard try scanner.take(.openBrace) else { throw ShardError.notObject }
    var names = UniqueNames()
    var isFirst = true
    var hasMap = false
    while let (name, _) = try scanner.nextMember(isFirst: isFirst) {
      isFirst = false
      guard names.insert(name) else { throw ShardError.duplicateMember(name) }
      switch name {
      case "weight_map":
        hasMap = true
        try takeMap(&scanner)
      case "metadata": takeMetadata(try scanner.value())
      default: _ = try scanner.value()
      }
    }
    try scanner.expectEnd()
    guard hasMap else { throw ShardError.noMap }
    if places.isEmpty { throw ShardError.noTensors }
  }

  private mutating func takeMap(_ scanner: inout JSONScanner) throws {
    guard try scanner.take(.openBrace) else { throw ShardError.mapNotStrings }
    var numbers: [ExactName: Int] = [:]
    var found: [String] = []
    var isFirst = true
    while let (tensor, _) = try scanner.nextMember(isFirst: isFirst) {
      isFirst = false
      guard try scanner.peek() == .quote else { throw ShardError.mapNotStrings }
      let file = try scanner.string()
      guard Self.isPlain(file) else { throw ShardError.badFileName(tensor: tensor, file: file) }
      let number = numbers[ExactName(file)] ?? found.count
      if number == found.count {
        numbers[ExactName(file)] = number
        found.append(file)
      }
      if places.updateValue(number, forKey: ExactName(tensor)) != nil {
        throw ShardError.indexedTwice(tensor: tensor)
      }
    }
    let order = found.indices.sorted { found[$0].utf8.lexicographicallyPrecedes(found[$1].utf8) }
    var positions = [Int](repeating: 0, count: found.count)
    for (position, number) in order.enumerated() { positions[number] = position }
    files = order.map { found[$0] }
    places = places.mapValues { positions[$0] }
  }

  private mutating func takeMetadata(_ value: JSONValue) {
    for member in value.asObject ?? [] {
      switch member.value {
      case .string(let text): metadata[member.name] = text
      case .number, .bool: metadata[member.name] = member.value.text()
      case .null, .array, .object: break
      }
    }
  }

  /// Whether it names a file of the index's own folder: no way out of it.
  private static func isPlain(_ file: String) -> Bool {
    !file.isEmpty && file != "." && file != ".." && !file.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
  }
}
