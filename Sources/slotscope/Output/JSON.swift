import Inspection
import ModelContext
import SlotStore
import Statistics
import StrictJSON

/// What `--json` prints: see the README for the fields.
enum JSON {
  static func print(_ value: JSONValue) { Answer.raw(value.text(nonFiniteAs: .null)) }

  static func object(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(members.map { JSONMember(name: $0.0, value: $0.1) })
  }

  static func integer(_ value: Int?) -> JSONValue { value.map { .number(String($0)) } ?? .null }
  static func string(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
  static func number(_ value: Double?) -> JSONValue { value.map { ConfigValue.number($0).json } ?? .null }

  static func summary(_ slot: SlotSummary) -> [(String, JSONValue)] {
    [
      ("slot_id", integer(slot.slotID)), ("model_type", .string(slot.modelType)),
      ("name", .string(slot.name)),
      ("weight_shape", .array(slot.shape.map { integer($0) })), ("weight_dtype", .string(slot.dtype)),
      ("parameters", integer(slot.parameters)), ("size_bytes", integer(slot.sizeBytes)),
      ("checksum", .string(slot.checksum)), ("revision", integer(slot.revision)),
      ("integrity", .string(slot.integrity.rawValue)), ("created_at", .string(slot.createdAt)),
      ("updated_at", .string(slot.updatedAt)),
    ]
  }

  static func details(_ slot: SlotDetails) -> JSONValue {
    object(
      summary(slot.summary) + [
        ("config", object(slot.config.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })),
        ("metadata", object(slot.metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ("tensors", .array(slot.tensors.map(tensor))), ("weight_file", .string(slot.weightFile)),
        ("recipe", slot.recipe.flatMap { try? JSONValue(parsing: $0.jsonText) } ?? .null),
        ("verified_at", string(slot.verifiedAt)),
      ])
  }

  private static func tensor(_ tensor: PlacedTensor) -> JSONValue {
    object([
      ("name", .string(tensor.info.name)), ("dtype", .string(tensor.info.dtype.rawValue)),
      ("shape", .array(tensor.info.shape.map { integer($0) })), ("offset", integer(tensor.offset)),
      ("size", integer(tensor.info.byteCount)), ("md5", string(tensor.md5)),
    ])
  }

  static func verification(_ result: Verification) -> JSONValue {
    object([
      ("slot_id", integer(result.slotID)), ("expected", string(result.expected)),
      ("actual", string(result.actual)), ("ok", .bool(result.ok)), ("error", string(result.error)),
    ])
  }

  static func garbage(_ garbage: Garbage, collected: Bool) -> JSONValue {
    object([
      ("revisions", .array(garbage.revisions.map { object(revision($0)) })),
      ("orphans", .array(garbage.orphans.map(JSONValue.string))), ("bytes", integer(garbage.byteCount)),
      ("collected", .bool(collected)),
    ])
  }

  static func revision(_ revision: KeptRevision) -> [(String, JSONValue)] {
    [
      ("slot_id", integer(revision.slotID)), ("revision", integer(revision.revision)),
      ("model_type", .string(revision.modelType)), ("name", .string(revision.name)),
      ("size_bytes", integer(revision.sizeBytes)), ("checksum", .string(revision.checksum)),
      ("updated_at", .string(revision.updatedAt)),
    ]
  }

  static func check(_ report: CheckReport) -> JSONValue {
    object([
      ("ok", .bool(report.isSound)), ("slots", integer(report.slots)),
      ("kept_revisions", integer(report.keptRevisions)), ("files", integer(report.files)),
      ("findings", .array(report.findings.map(finding))),
    ])
  }

  private static func finding(_ finding: Finding) -> JSONValue {
    object([
      ("kind", .string(finding.kind.rawValue)), ("slot_id", integer(finding.slotID)),
      ("revision", integer(finding.revision)), ("path", string(finding.path)),
      ("detail", .string(finding.detail)),
      ("repair", string(finding.repair)),
    ])
  }

  private static func moments(_ summary: Summary) -> [(String, JSONValue)] {
    [
      ("count", integer(summary.count)), ("finite", integer(summary.finite)), ("nan", integer(summary.nan)),
      ("pos_inf", integer(summary.posInf)), ("neg_inf", integer(summary.negInf)),
      ("zeros", integer(summary.zeros)), ("min", number(summary.min)), ("max", number(summary.max)),
      ("mean", number(summary.mean)), ("std", number(summary.std)),
    ]
  }

  /// `{"0.01": …}`, and whether that is of all values or of a sample.
  private static func quantiles(_ quantiles: Quantiles?, isMagnitude: Bool) -> [(String, JSONValue)] {
    let values = quantiles.map { quantiles in
      object(zip(quantiles.probabilities, quantiles.values).map { ("\($0)", number($1)) })
    }
    return [
      ("quantiles", values ?? .null), ("quantiles_exact", quantiles.map { .bool($0.isExact) } ?? .null),
      ("of", .string(isMagnitude ? "magnitude" : "value")),
    ]
  }

  static func profile(_ profile: TensorProfile, of tensor: PlacedTensor) -> JSONValue {
    object(
      [
        ("name", .string(tensor.info.name)), ("dtype", .string(tensor.info.dtype.rawValue)),
        ("shape", .array(tensor.info.shape.map { integer($0) })),
      ] + moments(profile.summary)
        + quantiles(profile.quantiles, isMagnitude: tensor.info.dtype.isComplex))
  }

  static func statistics(_ statistics: WeightStatistics, isMagnitude: Bool) -> JSONValue {
    var members =
      moments(statistics.summary) + quantiles(statistics.quantiles, isMagnitude: isMagnitude)
    members.append(
      (
        "histogram",
        statistics.histogram.map { histogram in
          object([
            ("edges", .array(histogram.edges.map { number($0) })),
            ("counts", .array(histogram.counts.map { integer($0) })), ("below", integer(histogram.below)),
            ("above", integer(histogram.above)),
          ])
        } ?? .null
      ))
    return object(members)
  }
}
