import ModelContext
import StrictJSON
import Tensors

/// Columns of a row that hold JSON.
enum JSONColumn: String, CaseIterable, Sendable {
  case config = "config_json"
  case metadata = "metadata_json"
  case recipe = "recipe_json"
  case tensors = "tensors_json"
  case shape = "weight_shape"

  /// What it should be.
  var expectation: String {
    switch self {
    case .config, .metadata: "a JSON object"
    case .recipe: "a recipe"
    case .tensors: "a tensor table that fits the weights"
    case .shape: "a JSON array of numbers"
    }
  }

  func text(_ row: SlotRow) -> String? {
    switch self {
    case .config: row.configJSON
    case .metadata: row.metadataJSON
    case .recipe: row.recipeJSON
    case .tensors: row.tensorsJSON
    case .shape: row.weightShape
    }
  }
}

extension SlotRow {
  /// Columns that hold something that can't be read; what is absent is not known, and no fault.
  var unreadableColumns: [JSONColumn] {
    JSONColumn.allCases.filter { column in
      guard let text = column.text(self), !text.isEmpty else { return false }
      return switch column {
      case .config: Config(jsonText: text) == nil
      case .metadata: [String: String](jsonText: text) == nil
      case .recipe: Recipe(jsonText: text) == nil
      case .tensors: !isReadableTable(text)
      case .shape: shape == nil
      }
    }
  }

  /// A table of other weights is none of this row's, but no fault either. What is no JSON is what is looked for.
  private func isReadableTable(_ text: String) -> Bool {
    guard let json = try? JSONValue(parsing: text), let of = json["checksum"]?.asString else { return false }
    return of != checksum || TensorTable.tensors(text, checksum: checksum, byteCount: sizeBytes) != nil
  }
}
