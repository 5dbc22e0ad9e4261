import ModelContext
import StrictJSON

/// The column `summary_json`: the profiles of a slot's tensors, in the order of its tensor table.
///
///     {"checksum": "…", "tensors": ["float32 AAAB…", null, …]}
///
/// Believed only while the checksum is the row's; see `ProfileRecord` for a tensor's own.
package enum ProfileTable {
  package static func text(_ profiles: [TensorProfile?], of tensors: [PlacedTensor], checksum: String)
    -> String
  {
    let records = zip(profiles, tensors).map { profile, tensor in
      profile.flatMap { ProfileRecord.text($0, of: tensor) }.map(JSONValue.string) ?? .null
    }
    return JSONValue.object([
      JSONMember(name: "checksum", value: .string(checksum)),
      JSONMember(name: "tensors", value: .array(records)),
    ]).text()
  }

  /// - Returns: nil where the text is none, or of other weights or tensors; where a single profile is not known or can't
  ///   be right, nil in its place.
  package static func profiles(
    _ text: String, of tensors: [PlacedTensor], checksum: String?
  ) -> [TensorProfile?]? {
    guard let json = try? JSONValue(parsing: text), let checksum, json["checksum"]?.asString == checksum,
      let records = json["tensors"]?.asArray, records.count == tensors.count
    else { return nil }
    return zip(records, tensors).map { record, tensor in
      record.asString.flatMap { ProfileRecord.profile($0, of: tensor) }
    }
  }
}
