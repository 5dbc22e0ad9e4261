import ModelContext
import StrictJSON

/// What the key-value pairs of a GGUF file give for a slot, under their own keys:
///
/// - numbers and bools into config, and beside them the short strings that belong to the architecture
///   (`llama.rope.scaling.type`);
/// - other strings, and arrays as JSON, into metadata; large arrays (tokens, merges, scores) and very long strings only
///   by their size: `[32000 strings]`;
/// - `general.name` is the slot's name too, `general.architecture` is `architecture`;
/// - the facts that other formats' models have as well are in config once more, under the names that Hugging Face's
///   configs have for them.
struct GGUFFacts {
  private(set) var config: Config = [:]
  private(set) var metadata: [String: String] = [:]
  /// Whether the file says that it is a language model's.
  private(set) var isLanguageModel = false

  private static let maximumShortByteCount = 200

  /// What comes after the architecture in a key, and Hugging Face's name for it.
  private static let facts = [
    ("block_count", "num_hidden_layers"), ("embedding_length", "hidden_size"),
    ("feed_forward_length", "intermediate_size"), ("attention.head_count", "num_attention_heads"),
    ("attention.head_count_kv", "num_key_value_heads"), ("context_length", "max_position_embeddings"),
    ("vocab_size", "vocab_size"),
  ]

  init(_ header: GGUFHeader) {
    let values = Dictionary(header.pairs.map { ($0.key, $0.value) }) { first, _ in first }
    let architecture = Self.short(values[GGUFFormat.architectureKey])
    for pair in header.pairs { take(pair, architecture: architecture) }
    if let name = Self.short(values[GGUFFormat.nameKey]) { metadata["name"] = name }
    if let architecture {
      metadata["architecture"] = architecture
      takeFacts(values, of: architecture)
    }
    for tensor in header.tensors {
      if let type = tensor.rawType { metadata["gguf.raw_type.\(tensor.info.name)"] = type }
    }
  }

  private mutating func take(_ pair: GGUFHeader.Pair, architecture: String?) {
    switch pair.value {
    case .integer(let value): config[pair.key] = .integer(value)
    case .large(let value): config[pair.key] = .other(.number(String(value)))
    case .number(let value): config[pair.key] = .number(value)
    case .bool(let value): config[pair.key] = .bool(value)
    case .string(let value):
      if let architecture, pair.key.hasPrefix(architecture + "."), Self.short(pair.value) != nil {
        config[pair.key] = .string(value)
      } else {
        metadata[pair.key] = value
      }
    case .longString, .array: metadata[pair.key] = pair.value.text
    }
  }

  private mutating func takeFacts(_ values: [String: GGUFValue], of architecture: String) {
    for (key, name) in Self.facts {
      guard case .integer(let value)? = values["\(architecture).\(key)"], config[name] == nil else {
        continue
      }
      config[name] = .integer(value)
    }
    if case .array(let count, .string, _)? = values[GGUFFormat.vocabularyKey], config["vocab_size"] == nil {
      config["vocab_size"] = .integer(Int64(count))
    }
    isLanguageModel = values["\(architecture).context_length"] != nil
  }

  /// A string of one line that is neither empty nor long.
  private static func short(_ value: GGUFValue?) -> String? {
    guard case .string(let text)? = value, !text.isEmpty, text.utf8.count <= maximumShortByteCount,
      !text.utf8.contains(where: { $0 < 0x20 })
    else { return nil }
    return text
  }
}
