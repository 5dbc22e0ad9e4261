import StrictJSON
import Tensors

/// How a context was built, so that it can be built again.
public struct Recipe: Sendable, Hashable {
  /// `LLM` or `CNN` for a node; `import` where a file was taken as it is.
  public let builder: String
  public let preset: String?
  public let seed: UInt64?
  public let dtype: DType?
  /// The file that the tensors were read from.
  public let source: SourceFile?

  public init(
    builder: String, preset: String? = nil, seed: UInt64? = nil, dtype: DType? = nil,
    source: SourceFile? = nil
  ) {
    self.builder = builder
    self.preset = preset
    self.seed = seed
    self.dtype = dtype
    self.source = source
  }

  /// A model file as it was when it was read.
  public struct SourceFile: Sendable, Hashable {
    /// Absolute.
    public let path: String
    /// Lower-case hex, of the whole file; nil until it is known.
    public let md5: String?
    public let byteCount: Int

    public init(path: String, md5: String?, byteCount: Int) {
      self.path = path
      self.md5 = md5
      self.byteCount = byteCount
    }

    /// The file's name without folder and extension.
    public var stem: String {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
      return String(name[..<dot])
    }
  }

  /// The preset, else the source file's stem.
  public var name: String? { source?.stem ?? preset }

  /// The same with the source file's checksum filled in.
  package func with(sourceMD5 md5: String) -> Recipe {
    guard let source else { return self }
    return Recipe(
      builder: builder, preset: preset, seed: seed, dtype: dtype,
      source: SourceFile(path: source.path, md5: md5, byteCount: source.byteCount))
  }

  /// `preset gpt2, seed 7, float32`, or `file /models/a.safetensors`.
  public var text: String {
    if let source { return "file \(source.path)" }
    var parts: [String] = []
    if let preset { parts.append("preset \(preset)") }
    if let seed { parts.append("seed \(seed)") }
    if let dtype { parts.append(dtype.rawValue) }
    return parts.joined(separator: ", ")
  }

  public var jsonText: String {
    var members = [JSONMember(name: "node", value: .string(builder))]
    if let preset { members.append(JSONMember(name: "preset", value: .string(preset))) }
    if let seed { members.append(JSONMember(name: "seed", value: .number(String(seed)))) }
    if let dtype { members.append(JSONMember(name: "dtype", value: .string(dtype.rawValue))) }
    if let source {
      var file = [
        JSONMember(name: "path", value: .string(source.path)),
        JSONMember(name: "size", value: .number(String(source.byteCount))),
      ]
      if let md5 = source.md5 { file.append(JSONMember(name: "md5", value: .string(md5))) }
      members.append(JSONMember(name: "source", value: .object(file)))
    }
    return JSONValue.object(members).text()
  }

  /// - Returns: nil where `text` is no recipe.
  public init?(jsonText text: String) {
    guard let json = try? JSONValue(parsing: text), let builder = json["node"]?.asString else { return nil }
    var seed: UInt64?
    if case .number(let literal)? = json["seed"] { seed = UInt64(literal) }
    var source: SourceFile?
    if let file = json["source"], let path = file["path"]?.asString {
      source = SourceFile(path: path, md5: file["md5"]?.asString, byteCount: file["size"]?.asInt ?? 0)
    }
    self.init(
      builder: builder, preset: json["preset"]?.asString, seed: seed,
      dtype: json["dtype"]?.asString.flatMap(DType.init(rawValue:)), source: source)
  }
}
