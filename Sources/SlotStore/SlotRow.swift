import Foundation
import ModelContext
import StrictJSON
import Tensors

/// A row of `contexts` or `history`, as it stands in the index: see FORMAT.md.
package struct SlotRow: Sendable, Hashable {
  package var slotID: Int
  package var createdAt: String?
  package var updatedAt: String?
  package var modelType: String?
  package var weightFile: String?
  package var weightShape: String?
  package var weightDType: String?
  package var checksum: String?
  package var sizeBytes: Int
  package var revision: Int?
  package var name: String?
  package var parameters: Int?
  package var verifiedAt: String?
  package var verifiedStamp: String?
  // The columns below can be large; a list leaves them out.
  package var configJSON: String?
  package var metadataJSON: String?
  package var recipeJSON: String?
  package var tensorsJSON: String?
  // Read where they are wanted, and by whoever writes: nil in the rows of readers.
  package var summaryJSON: String?
  package var digestsJSON: String?

  /// Whether another program wrote it.
  var isForeign: Bool { revision == nil }

  var shape: [Int]? { Self.shape(weightShape) }

  /// How many elements an array has whose shape is written like that; nil where that is no shape.
  static func elementCount(shape text: String?) -> Int? {
    shape(text).flatMap { try? Shape.elementCount($0) }
  }

  private static func shape(_ text: String?) -> [Int]? {
    guard let weightShape = text, let json = try? JSONValue(parsing: weightShape), let extents = json.asArray
    else { return nil }
    let shape = extents.compactMap(\.asInt)
    return shape.count == extents.count ? shape : nil
  }

  /// The file that holds the weights, relative to the store.
  ///
  /// `weight_file` is followed only where this program wrote it and it has exactly the form of a revision: any
  /// other path, which a foreign program may have written, is not.
  var file: WeightFileName {
    if revision != nil, let weightFile, let name = RevisionName(path: weightFile) { return .revision(name) }
    return .slot(slotID)
  }

  /// Whether saving `other` would change nothing but the time.
  func hasSameContent(as other: SlotRow) -> Bool {
    checksum == other.checksum && configJSON == other.configJSON && metadataJSON == other.metadataJSON
      && recipeJSON == other.recipeJSON && tensorsJSON == other.tensorsJSON
      && weightShape == other.weightShape
      && weightDType == other.weightDType
  }
}

extension SlotRow {
  /// The row of a plan, without what only a save knows: revision, file, checksum, times.
  init(slotID: Int, plan: ContextPlan, checksum: String) {
    self.slotID = slotID
    modelType = plan.modelType
    weightShape = JSONValue.array(plan.layout.shape.map { .number(String($0)) }).text()
    weightDType = plan.layout.dtype.rawValue
    self.checksum = checksum
    sizeBytes = plan.layout.byteCount
    name = plan.name
    parameters = plan.layout.parameterCount
    configJSON = plan.config.jsonText
    metadataJSON = plan.metadata.jsonText
    recipeJSON = plan.recipe?.jsonText
    tensorsJSON = plan.layout.isPlainArray ? nil : TensorTable.text(plan.layout.tensors, checksum: checksum)
  }
}
