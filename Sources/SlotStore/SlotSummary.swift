import Foundation
import ModelContext
import Tensors

/// One row of a list of slots.
public struct SlotSummary: Sendable, Hashable, Identifiable {
  public let slotID: Int
  public let modelType: String
  /// What people call it; empty where nobody said.
  public let name: String
  /// Of the weight array as a whole.
  public let shape: [Int]
  public let dtype: String
  /// Number of weights; nil where it is not known.
  public let parameters: Int?
  public let sizeBytes: Int
  /// MD5, lower-case hex; empty where it is not known.
  public let checksum: String
  /// Nil where another program wrote the slot.
  public let revision: Int?
  /// As recorded, UTC.
  public let createdAt: String
  public let updatedAt: String
  public let integrity: Integrity

  public var id: Int { slotID }

  /// The moment of `updatedAt`.
  public var updated: Date? { Timestamp.date(updatedAt) }
  /// The moment of `createdAt`.
  public var created: Date? { Timestamp.date(createdAt) }

  init(_ row: SlotRow, integrity: Integrity) {
    slotID = row.slotID
    modelType = row.modelType ?? "Unknown"
    name = row.name ?? ""
    shape = row.shape ?? []
    dtype = row.weightDType ?? ""
    parameters = row.parameters ?? SlotRow.elementCount(shape: row.weightShape)
    sizeBytes = row.sizeBytes
    checksum = row.checksum ?? ""
    revision = row.revision
    createdAt = row.createdAt ?? ""
    updatedAt = row.updatedAt ?? ""
    self.integrity = integrity
  }
}

/// Everything of one slot but its weights.
public struct SlotDetails: Sendable {
  public let summary: SlotSummary
  public let config: Config
  public let metadata: [String: String]
  /// Where the tensors lie; one unnamed one where no table says otherwise. Empty where the row makes no sense.
  public let tensors: [PlacedTensor]
  /// How it was built; nil where another program wrote it.
  public let recipe: Recipe?
  /// Absolute path of the file that is read.
  public let weightFile: String
  /// When the checksum was last recomputed, UTC.
  public let verifiedAt: String?
}

/// In what order slots are listed.
public enum SlotOrder: String, Sendable, Hashable, CaseIterable {
  /// Last changed first.
  case updated
  case id
  case type
  /// Largest first.
  case size
  case name
  /// Number of weights, largest first.
  case parameters = "params"
  case dtype
  /// Last made first.
  case created
  /// Slots with the same weights stand together.
  case checksum
  /// What is damaged first, what is verified last. It is not in the index: the file of every slot is looked at.
  case state
}

/// Which slots are listed, and how.
public struct SlotQuery: Sendable, Hashable {
  public var modelType: String?
  public var search: SlotSearch?
  public var order: SlotOrder
  public var reversed: Bool
  public var limit: Int?
  public var offset: Int
  /// Only what comes after this place: pages through millions at the cost of a page.
  public var after: SlotCursor?

  public init(
    modelType: String? = nil, search: SlotSearch? = nil, order: SlotOrder = .updated, reversed: Bool = false,
    limit: Int? = nil, offset: Int = 0, after: SlotCursor? = nil
  ) {
    self.modelType = modelType
    self.search = search
    self.order = order
    self.reversed = reversed
    self.limit = limit
    self.offset = offset
    self.after = after
  }
}

extension SlotQuery {
  /// Whether the largest comes first: the newest and the biggest do unless the order is reversed.
  var descends: Bool { order.descends != reversed }
}

extension SlotOrder {
  /// Whether the newest or the largest comes first unless the order is reversed.
  public var descends: Bool {
    switch self {
    case .updated, .size, .parameters, .created: true
    case .id, .type, .name, .dtype, .checksum, .state: false
    }
  }
}

/// A place in a list, by the key that it is sorted by.
public struct SlotCursor: Sendable, Hashable {
  enum Key: Sendable, Hashable {
    case text(String)
    case integer(Int)
    /// Whatever the index has of the slot, also what no text or number here stands for.
    case asIndexed
  }
  let key: Key
  let slotID: Int

  init(slotID: Int, key: Key) {
    self.slotID = slotID
    self.key = key
  }

  /// The place of `slot` in a list sorted by `order`.
  public init(_ slot: SlotSummary, order: SlotOrder) {
    slotID = slot.slotID
    switch order {
    case .updated: key = .text(slot.updatedAt.replacingOccurrences(of: " ", with: "T"))
    case .id: key = .integer(slot.slotID)
    case .type: key = .text(slot.modelType)
    case .size: key = .integer(slot.sizeBytes)
    // The name of another program's slot may be that in its metadata, and sorted by as it is written there.
    case .name: key = slot.revision == nil ? .asIndexed : .text(slot.name)
    case .parameters: key = .integer(slot.parameters ?? -1)
    case .dtype: key = .text(slot.dtype)
    case .created: key = .text(slot.createdAt.replacingOccurrences(of: " ", with: "T"))
    case .checksum: key = .text(slot.checksum)
    case .state: key = .integer(slot.integrity.severity)
    }
  }
}

/// What the store holds in all.
public struct StoreStats: Sendable, Hashable {
  public struct ModelTypeCount: Sendable, Hashable {
    public let modelType: String
    public let count: Int
    public let sizeBytes: Int
  }
  public let totalContexts: Int
  public let totalSizeBytes: Int
  /// In order of the model type's name.
  public let byModelType: [ModelTypeCount]
  public let directory: String
  /// Of the layout shared with other programs.
  public let schemaVersion: String
}
