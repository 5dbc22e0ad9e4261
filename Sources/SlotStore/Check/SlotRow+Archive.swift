import ModelContext
import StrictJSON

extension SlotRow {
  /// Of a slot of which nothing is known but its file.
  static func blank(_ slot: Int) -> SlotRow {
    SlotRow(
      slotID: slot, createdAt: Timestamp.plain(), updatedAt: Timestamp.precise(), modelType: "Unknown",
      sizeBytes: 0,
      configJSON: "{}", metadataJSON: "{}")
  }

  /// All that the row says, as JSON for people.
  var archive: String {
    let texts: [(String, String?)] = [
      ("created_at", createdAt), ("updated_at", updatedAt), ("model_type", modelType),
      ("weight_file", weightFile),
      ("weight_shape", weightShape), ("weight_dtype", weightDType), ("checksum", checksum), ("name", name),
      ("config_json", configJSON), ("metadata_json", metadataJSON), ("recipe_json", recipeJSON),
      ("tensors_json", tensorsJSON),
    ]
    let numbers: [(String, Int?)] = [
      ("slot_id", slotID), ("revision", revision), ("size_bytes", sizeBytes), ("parameters", parameters),
    ]
    return JSONValue.object(
      numbers.map { JSONMember(name: $0.0, value: $0.1.map { .integer($0) } ?? .null) }
        + texts.map { JSONMember(name: $0.0, value: $0.1.map(JSONValue.string) ?? .null) }
    ).text() + "\n"
  }
}
