import Foundation
import ModelContext
import StrictJSON
import Tensors

/// What is known of a model's architecture beside its tensors: the config of its slot.
enum ArchitectureFacts {
  /// What the file itself says; else what the `config.json` in its folder does; else what the tensors tell.
  static func config(of file: ModelFile, in folder: String) -> Config {
    if !file.config.isEmpty || file.tensors.allSatisfy(\.name.isEmpty) { return file.config }
    return config(beside: folder) ?? TensorFacts(file.tensors).config
  }

  /// Larger files are no such config.
  private static let maximumByteCount = 1 << 20

  /// A file that is not there, can't be read or is something else says nothing; the import goes on without it.
  private static func config(beside folder: String) -> Config? {
    guard
      let file = try? FileSource(OpenFile(path: folder + "/config.json")), file.byteCount <= maximumByteCount,
      let bytes = try? ByteRegion(byteCount: file.byteCount, filledBy: { try file.read(at: 0, into: $0) }),
      let json = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0, options: .pythonWritten) })
    else { return nil }
    return huggingFaceConfig(json)
  }

  /// The numbers, strings and bools at the top of a `config.json` as Hugging Face's libraries write it; what is nested
  /// describes parts of the model and is left out.
  ///
  /// - Returns: nil for a config of something else.
  static func huggingFaceConfig(_ json: JSONValue) -> Config? {
    let marks = ["model_type", "architectures", "transformers_version", "_class_name"]
    guard let members = json.asObject, marks.contains(where: { json[$0] != nil }) else { return nil }
    var config: Config = [:]
    for member in members {
      let value = ConfigValue(member.value)
      if case .other = value { continue }
      config[member.name] = value
    }
    return config
  }
}
