import StrictJSON
import Tensors

@testable import Interchange

/// The index of a sharded model.
enum ShardIndexFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    let index: ShardIndex
    do {
      index = try ShardIndex(BorrowedBytes(bytes: bytes))
    } catch let error as ShardError {
      return try promisePlain(error)
    }
    try promise(!index.files.isEmpty && !index.places.isEmpty, "there are tensors, and files")
    try promise(Set(index.places.values) == Set(index.files.indices), "every file has a tensor: \(index.files)")
    for (file, next) in zip(index.files, index.files.dropFirst()) {
      try promise(file.utf8.lexicographicallyPrecedes(next.utf8), "in order, and each once: \(index.files)")
    }
    for file in index.files {
      try promise(
        !file.utf8.contains(UInt8(ascii: "/")) && !file.utf8.contains(0) && !["", ".", ".."].contains(file),
        "no way out of the folder: \(file)")
    }
    try checkWriting(index)
    try checkJSON(bytes)
  }

  private static func checkWriting(_ index: ShardIndex) throws {
    let map = index.places.sorted { $0.key.text < $1.key.text }
      .map { JSONMember(name: $0.key.text, value: .string(index.files[$0.value])) }
    let metadata = index.metadata.map { JSONMember(name: $0.key, value: .string($0.value)) }
    let text = JSONValue.object([
      JSONMember(name: "weight_map", value: .object(map)),
      JSONMember(name: "metadata", value: .object(metadata)),
    ]).text()
    let again = try Array(text.utf8).withUnsafeBytes { try ShardIndex(BorrowedBytes(bytes: $0)) }
    try promise(
      again.files == index.files && again.places == index.places && again.metadata == index.metadata,
      "written and read again: \(text)")
  }

  /// What is taken for an index is JSON through and through, and may be a config.json as well.
  private static func checkJSON(_ bytes: UnsafeRawBufferPointer) throws {
    let json = try JSONValue(parsing: bytes, options: JSONOptions(rejectsDuplicateNames: false))
    for (_, value) in ArchitectureFacts.huggingFaceConfig(json) ?? [:] {
      if case .other = value { throw BrokenPromise(description: "nested in a config") }
    }
  }
}
