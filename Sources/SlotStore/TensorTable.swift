import ModelContext
import StrictJSON
import Tensors

/// The column `tensors_json`: what lies where in the weight array.
///
///     {"checksum": "…", "tensors": [{"name": "wte.weight", "dtype": "float32", "shape": [50257, 768],
///       "offset": 0, "size": 154389504, "md5": null}, …]}
///
/// Offsets count from the first data byte. The table is believed only while its checksum is the row's.
enum TensorTable {
  static func text(_ tensors: [PlacedTensor], checksum: String) -> String {
    JSONValue.object([
      JSONMember(name: "checksum", value: .string(checksum)),
      JSONMember(name: "tensors", value: .array(tensors.map(entry))),
    ]).text()
  }

  private static func entry(_ tensor: PlacedTensor) -> JSONValue {
    .object([
      JSONMember(name: "name", value: .string(tensor.info.name)),
      JSONMember(name: "dtype", value: .string(tensor.info.dtype.rawValue)),
      JSONMember(name: "shape", value: .array(tensor.info.shape.map { .number(String($0)) })),
      JSONMember(name: "offset", value: .number(String(tensor.offset))),
      JSONMember(name: "size", value: .number(String(tensor.info.byteCount))),
      JSONMember(name: "md5", value: tensor.md5.map(JSONValue.string) ?? .null),
    ])
  }

  /// - Parameter byteCount: of the array; a table that reaches beyond it is not believed.
  /// - Returns: nil where the text is no table, is of other weights, or its tensors overlap or lie outside.
  static func tensors(_ text: String, checksum: String?, byteCount: Int) -> [PlacedTensor]? {
    guard
      byteCount >= 0, let json = try? JSONValue(parsing: text), json["checksum"]?.asString == checksum,
      let entries = json["tensors"]?.asArray
    else { return nil }
    var placed: [PlacedTensor] = []
    placed.reserveCapacity(entries.count)
    var end = 0
    for entry in entries {
      guard let tensor = tensor(entry), tensor.offset >= end,
        tensor.info.byteCount <= byteCount - tensor.offset
      else { return nil }
      end = tensor.byteRange.upperBound
      placed.append(tensor)
    }
    return placed
  }

  private static func tensor(_ entry: JSONValue) -> PlacedTensor? {
    guard
      let name = entry["name"]?.asString, let dtype = entry["dtype"]?.asString.flatMap(DType.init(rawValue:)),
      let extents = entry["shape"]?.asArray, let offset = entry["offset"]?.asInt,
      let size = entry["size"]?.asInt
    else { return nil }
    let shape = extents.compactMap(\.asInt)
    guard
      shape.count == extents.count, let info = try? TensorInfo(name: name, dtype: dtype, shape: shape),
      info.byteCount == size
    else { return nil }
    return PlacedTensor(info: info, offset: offset, md5: entry["md5"]?.asString)
  }
}
