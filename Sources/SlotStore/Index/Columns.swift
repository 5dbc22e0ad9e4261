import GRDB

/// The columns of `contexts` that rows are read from, in a fixed order.
///
/// In a store that only other programs wrote, this program's own columns are absent: NULL is read in their place.
struct Columns: Sendable {
  /// All that a list shows.
  let light: String
  /// All but digests and statistics, of which large models have many, and which are read where they are wanted.
  let all: String
  /// Everything.
  let whole: String
  let isComplete: Bool
  let present: Set<String>
  /// Whether a function of ours is to count the elements of shapes, where there are some that SQL by itself can't count.
  var countsElements = false

  private static let lightNames = [
    "slot_id", "created_at", "updated_at", "model_type", "weight_file", "weight_shape", "weight_dtype",
    "checksum", "size_bytes", "revision", "name", "parameters", "verified_at", "verified_stamp",
  ]
  private static let heavyNames = [
    "config_json", "metadata_json", "recipe_json", "tensors_json",
  ]
  private static let keptNames = ["summary_json", "digests_json"]

  /// Every column there is, as a migrated store has them.
  static let complete = Columns(present: Set(names))

  init(present: Set<String>) {
    func expression(_ name: String) -> String {
      // A foreign row's name stands in its metadata.
      let value = present.contains(name) ? name : "NULL"
      if name != "name" { return value }
      return
        "ifnull(\(value), CASE WHEN json_valid(metadata_json) THEN json_extract(metadata_json, '$.name') END)"
    }
    light = Self.lightNames.map(expression).joined(separator: ", ")
    all = (Self.lightNames + Self.heavyNames).map(expression).joined(separator: ", ")
    whole = all + ", " + Self.keptNames.map(expression).joined(separator: ", ")
    isComplete = Self.names.allSatisfy(present.contains)
    self.present = present
  }

  /// The names in the order of `whole`, for writing.
  static let names = lightNames + heavyNames + keptNames
  /// Those that hold no text.
  static let numbers: Set = ["slot_id", "size_bytes", "revision", "parameters"]

  /// Selects what a search looks at, for ``SearchedRow``.
  ///
  /// - Parameters:
  ///   - needed: the columns that its terms ask for; no others are selected.
  ///   - cut: how much of the metadata is enough, in characters; nil: all of it.
  func searched(_ needed: Set<SearchedRow.Column>, cut: Int?) -> String {
    let expressions = SearchedRow.Column.allCases.filter(needed.contains).map { column in
      switch column {
      case .metadata: return cut.map { "substr(metadata_json, 1, \($0))" } ?? "metadata_json"
      default: return orNull(column.name)
      }
    }
    return "SELECT " + expressions.joined(separator: ", ")
  }

  /// A column, or NULL in the place of one that is absent.
  func orNull(_ name: String) -> String { present.contains(name) ? name : "NULL" }
}

extension SlotRow {
  /// Reads `Columns.light`, or what there is of `Columns.whole`. Nil where it is the row of no slot.
  init?(_ row: StatementRow) {
    guard let slot = row.integer(0), slot >= 0 else { return nil }
    slotID = slot
    createdAt = row.text(1)
    updatedAt = row.text(2)
    modelType = row.text(3)
    weightFile = row.text(4)
    weightShape = row.text(5)
    weightDType = row.text(6)
    checksum = row.text(7)
    sizeBytes = max(0, row.integer(8) ?? 0)
    revision = row.integer(9)
    name = row.text(10)
    parameters = row.integer(11).flatMap { $0 < 0 ? nil : $0 }
    verifiedAt = row.text(12)
    verifiedStamp = row.text(13)
    if row.count > 14 {
      configJSON = row.text(14)
      metadataJSON = row.text(15)
      recipeJSON = row.text(16)
      tensorsJSON = row.text(17)
    }
    if row.count > 18 {
      summaryJSON = row.text(18)
      digestsJSON = row.text(19)
    }
  }

  /// The values in the order of `Columns.names`.
  var arguments: StatementArguments {
    let texts = { (text: String?) in text.map(WholeText.argument) }
    return [
      slotID, texts(createdAt), texts(updatedAt), texts(modelType), texts(weightFile), texts(weightShape),
      texts(weightDType), texts(checksum), sizeBytes, revision, texts(name), parameters, texts(verifiedAt),
      texts(verifiedStamp), texts(configJSON), texts(metadataJSON), texts(recipeJSON), texts(tensorsJSON),
      texts(summaryJSON), texts(digestsJSON),
    ]
  }
}
