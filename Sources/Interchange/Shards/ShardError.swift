import Npy
import StrictJSON

/// Why several files do not make one model, one case per way.
public enum ShardError: Error, Equatable, Sendable, CustomStringConvertible {
  // The index.
  case indexTooLong(byteCount: Int)
  /// The offset is from the first byte of the index.
  case json(JSONError)
  case notObject
  case duplicateMember(String)
  /// No `weight_map`.
  case noMap
  /// `weight_map` is not an object of strings.
  case mapNotStrings
  case noTensors
  case indexedTwice(tensor: String)
  /// Not the plain name of a file beside the index.
  case badFileName(tensor: String, file: String)

  // The index against its shards.
  case missingShard(file: String)
  /// A shard that is an index, or of no known format.
  case notAShard(file: String)
  case missingTensor(tensor: String, file: String)
  /// The first few of `count` tensors that the index does not know.
  case unlisted(file: String, tensors: [String], count: Int)
  /// In another file than the index says.
  case misplaced(tensor: String, file: String, listedIn: String)

  // Files without an index.
  case duplicateTensor(tensor: String, file: String, other: String)
  case noModel
  /// More than one file, or index, that could be meant.
  case ambiguous(files: [String])
  /// The sizes can't be added.
  case tooLarge

  public var description: String {
    switch self {
    case .indexTooLong(let count):
      "the index of shards is \(count) bytes long, more than the \(ShardIndex.maximumByteCount) allowed"
    case .json(let error): "the index of shards is damaged: \(error)"
    case .notObject: "not an index of shards (it does not begin with '{')"
    case .duplicateMember(let name): "the index of shards has \(quoted(name)) twice"
    case .noMap: "not an index of shards (it has no ‘weight_map’)"
    case .mapNotStrings: "the weight_map of the index is not an object of strings"
    case .noTensors: "the index of shards lists no tensors"
    case .indexedTwice(let tensor): "the index of shards lists tensor \(quoted(tensor)) twice"
    case .badFileName(let tensor, let file):
      "the index puts tensor \(quoted(tensor)) into \(quoted(file)), which is no name of a file beside it"
    case .missingShard(let file):
      "the index names \(quoted(file)), which is not there; download it to the same folder"
    case .notAShard(let file): "the index names \(quoted(file)), which is no model file"
    case .missingTensor(let tensor, let file):
      "tensor \(quoted(tensor)) is not in \(quoted(file)), where the index has it"
    case .unlisted(let file, let tensors, let count):
      "\(quoted(file)) holds \(count == 1 ? "a tensor" : "\(count) tensors") that the index does not list: "
        + Self.list(tensors, of: count)
    case .misplaced(let tensor, let file, let listed):
      "tensor \(quoted(tensor)) is in \(quoted(file)), but the index has it in \(quoted(listed))"
    case .duplicateTensor(let tensor, let file, let other):
      "tensor \(quoted(tensor)) is in both \(quoted(other)) and \(quoted(file)); import one of the files"
    case .noModel: "no model file is in this folder"
    case .ambiguous(let files):
      "there are several models in this folder; import one of them: \(Self.list(files, of: files.count))"
    case .tooLarge: "the shards together are larger than can be counted"
    }
  }

  /// How many names a message has room for.
  static let shownNames = 3

  private static func list(_ names: [String], of count: Int) -> String {
    names.prefix(shownNames).map { quoted($0) }.joined(separator: ", ")
      + (count > min(names.count, shownNames) ? ", …" : "")
  }
}
