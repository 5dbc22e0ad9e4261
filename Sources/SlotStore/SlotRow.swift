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

  /// - Parameter shape: as UTF-8, such as `[768, 2304]`.
  static func elementCount(shape: UnsafeBufferPointer<UInt8>) -> Int? {
    plainElementCount(shape) ?? elementCount(shape: String(decoding: shape, as: UTF8.self))
  }

  /// Of a list of plain numbers, as nearly all shapes are written: a million of them are sorted while one waits. Nil
  /// where it is to be read with more care.
  private static func plainElementCount(_ shape: UnsafeBufferPointer<UInt8>) -> Int? {
    guard shape.first == UInt8(ascii: "["), shape.last == UInt8(ascii: "]"), shape.count > 2 else {
      return nil
    }
    var (count, extent) = (1, 0)
    var (hasDigits, hasSpace) = (false, false)
    for byte in shape.dropFirst() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        // No number that JSON does not have, such as 012, and none that might not fit.
        if hasSpace || hasDigits && extent == 0 || extent > 1 << 40 { return nil }
        hasDigits = true
        extent = extent * 10 + Int(byte - UInt8(ascii: "0"))
      case UInt8(ascii: " "): hasSpace = hasDigits
      case UInt8(ascii: ","), UInt8(ascii: "]"):
        let (product, isTooLarge) = count.multipliedReportingOverflow(by: extent)
        if extent == 0 || isTooLarge { return nil }
        (count, extent, hasDigits, hasSpace) = (product, 0, false, false)
      default: return nil
      }
    }
    return count
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
