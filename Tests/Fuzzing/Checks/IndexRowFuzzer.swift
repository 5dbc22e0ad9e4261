import Foundation
import Inspection
import ModelContext
import Tensors

@testable import SlotStore

/// A row of the index as a hostile store may have it: a line for each column, empty for NULL.
enum IndexRowFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    var fields = InputFields(bytes)
    let row = row(&fields)
    try checkFile(of: row)
    let summary = SlotSummary(row, integrity: .written)
    try checkNumbers(of: summary)
    try checkTimes(of: summary)
    try checkTexts(of: row)
    _ = row.unreadableColumns
    if let text = row.tensorsJSON {
      try TensorTableFuzzer.check(text, checksum: row.checksum, byteCount: row.sizeBytes)
    }
  }

  private static func row(_ fields: inout InputFields) -> SlotRow {
    SlotRow(
      slotID: fields.integer() ?? 0, createdAt: fields.line(), updatedAt: fields.line(),
      modelType: fields.line(), weightFile: fields.line(), weightShape: fields.line(),
      weightDType: fields.line(), checksum: fields.line(), sizeBytes: fields.integer() ?? 0,
      revision: fields.integer(), name: fields.line(), parameters: fields.integer(),
      verifiedAt: fields.line(), verifiedStamp: fields.line(), configJSON: fields.line(),
      metadataJSON: fields.line(), recipeJSON: fields.line(), tensorsJSON: fields.line(),
      summaryJSON: fields.line())
  }

  /// No row leads out of the store's own folders.
  private static func checkFile(of row: SlotRow) throws {
    switch row.file {
    case .slot(let slot):
      try promise(slot == row.slotID, "another slot's file: \(row)")
    case .revision(let name):
      try promise(row.revision != nil && name.path == row.weightFile, "not as written: \(name.path)")
      try promise(RevisionName(path: name.path) == name, "written and read again: \(name.path)")
    }
    let parts = row.file.path.split(separator: "/", omittingEmptySubsequences: false)
    try promise(
      parts.count == 2 && ["slots", "revisions"].contains(parts[0]) && parts[1].hasSuffix(".npy"),
      "not in the store: \(row.file.path)")
    try promisePlain(row.file.path)
    if let text = row.weightFile, let name = RevisionName(file: text) {
      try promise(name.file == text, "not as written: \(text)")
    }
    if let text = row.weightFile, let slot = slotNumber(file: text) {
      try promise(slotPath(slot) == "slots/" + text, "not as written: \(text)")
    }
  }

  private static func checkNumbers(of summary: SlotSummary) throws {
    for text in [
      Format.bytes(summary.sizeBytes), Format.grouped(summary.sizeBytes), Shape.text(summary.shape),
    ] {
      try promisePrintable(text)
    }
    if let count = summary.parameters { try promisePlain(Format.count(count) + Format.grouped(count)) }
  }

  private static func checkTimes(of summary: SlotSummary) throws {
    for date in [summary.created, summary.updated] {
      guard let date else { continue }
      _ = Format.age(-date.timeIntervalSince1970)
      guard (0..<253_402_300_800).contains(date.timeIntervalSince1970) else { continue }
      let plain = Timestamp.plain(date)
      let again = Timestamp.date(plain)
      try promise(again?.timeIntervalSince1970 == date.timeIntervalSince1970.rounded(.down), plain)
    }
  }

  private static func checkTexts(of row: SlotRow) throws {
    if let text = row.configJSON, let config = Config(jsonText: text) {
      try promise(Config(jsonText: config.jsonText)?.jsonText == config.jsonText, config.jsonText)
      try promisePrintable(config.jsonText)
    }
    if let text = row.metadataJSON, let metadata = [String: String](jsonText: text) {
      try promise([String: String](jsonText: metadata.jsonText) == metadata, metadata.jsonText)
      try promisePrintable(metadata.jsonText)
    }
    if let text = row.recipeJSON, let recipe = Recipe(jsonText: text) {
      try promise(Recipe(jsonText: recipe.jsonText) == recipe, recipe.jsonText)
      try promise(recipe.with(sourceMD5: "0").source?.path == recipe.source?.path, recipe.text)
      try promisePrintable(recipe.jsonText)
      _ = recipe.name
    }
  }
}
