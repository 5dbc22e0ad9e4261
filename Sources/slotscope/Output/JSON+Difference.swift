import Inspection
import Statistics
import StrictJSON
import Tensors

extension JSON {
  static func difference(_ difference: Difference) -> JSONValue {
    let totals = difference.totals
    return object([
      ("a", side(difference.a)), ("b", side(difference.b)), ("same", .bool(difference.isSame)),
      ("config", .array(difference.configChanges.map { change($0) { $0.json } })),
      ("metadata", .array(difference.metadataChanges.map { change($0, JSONValue.string) })),
      (
        "totals",
        object([
          ("tensors", integer(totals.count)), ("same", integer(totals.same)),
          ("changed", integer(totals.changed)), ("only_in_a", integer(totals.onlyInA)),
          ("only_in_b", integer(totals.onlyInB)),
          (
            "largest_step",
            totals.largestStep.map {
              object([("tensor", .string($0.tensor)), ("max_abs", number($0.maxAbs))])
            } ?? .null
          ),
        ])
      ),
      ("tensors", .array(difference.tensors.map(tensor))),
    ])
  }

  private static func side(_ side: DifferenceSide) -> JSONValue {
    object([
      ("slot_id", integer(side.slotID)), ("revision", integer(side.revision)),
      ("model_type", .string(side.modelType)), ("name", .string(side.name)),
      ("size_bytes", integer(side.sizeBytes)), ("checksum", .string(side.checksum)),
    ])
  }

  private static func change<Value>(_ change: KeyChange<Value>, _ json: (Value) -> JSONValue) -> JSONValue {
    object([
      ("key", .string(change.key)), ("a", change.old.map(json) ?? .null),
      ("b", change.new.map(json) ?? .null),
    ])
  }

  private static func tensor(_ tensor: TensorDifference) -> JSONValue {
    func info(_ info: TensorInfo?) -> JSONValue {
      info.map {
        object([
          ("dtype", .string($0.dtype.rawValue)), ("shape", .array($0.shape.map { integer($0) })),
          ("size", integer($0.byteCount)),
        ])
      } ?? .null
    }
    return object([
      ("name", .string(tensor.name)), ("status", .string(tensor.status.rawValue)), ("a", info(tensor.a)),
      ("b", info(tensor.b)), ("values", tensor.values.map { values($0, tensor.a) } ?? .null),
    ])
  }

  private static func values(_ values: ValueDifference, _ info: TensorInfo?) -> JSONValue {
    let place = values.maxIndex.flatMap { index in
      info.map { JSONValue.array(TensorDifference.place(of: index, in: $0.shape).map { integer($0) }) }
    }
    return object([
      ("max_abs", number(values.maxAbs)), ("max_at", place ?? .null), ("mean_abs", number(values.meanAbs)),
      ("relative_l2", number(values.relativeL2)), ("cosine", number(values.cosine)),
      ("finite", integer(values.finite)), ("differing", integer(values.differing)),
      ("not_finite", integer(values.notFinite)),
      ("not_finite_differing", integer(values.notFiniteDiffering)),
    ])
  }
}
