import Builds

/// What can be asked for beside builds, and takes a while.
package enum TaskRequest: Sendable, Equatable {
  case verify(VerifyOrder)
  case delete([Int])
  /// Takes a step back.
  case restore([UndoStep.Change])
  /// Drops slots with all that is kept of them.
  case purge([Int])
  case collectGarbage
  case check
  case repair
  case export(ExportOrder)

  /// Which slots it is about; empty where it is about the store.
  var slotIDs: [Int] {
    switch self {
    case .verify(let order): order.slots ?? []
    case .delete(let slots), .purge(let slots): slots
    case .restore(let changes): changes.map(\.slotID)
    case .export(let order): [order.slotID]
    case .collectGarbage, .check, .repair: []
    }
  }

  /// In a word or two.
  var name: String {
    switch self {
    case .verify(let order): order.isQuick ? "quick verify" : "verify"
    case .delete: "delete"
    case .restore: "undo"
    case .purge: "purge"
    case .collectGarbage: "gc"
    case .check: "check"
    case .repair: "repair"
    case .export(let order): "export \(order.fileName)"
    }
  }

  /// Of those that change the store one runs at a time, in the order in which they were asked for.
  var changesStore: Bool {
    switch self {
    case .verify, .check, .export: false
    case .delete, .restore, .purge, .collectGarbage, .repair: true
    }
  }

  /// What its progress counts.
  enum Unit: Sendable {
    case bytes, slots
    /// Rows and files.
    case entries
  }

  var unit: Unit {
    switch self {
    case .verify, .export: .bytes
    case .delete, .restore, .purge: .slots
    case .collectGarbage, .check, .repair: .entries
    }
  }

  /// Whether leaving it half done loses something that a person waits for.
  var isMissed: Bool {
    switch self {
    case .verify, .check: false
    default: true
    }
  }
}

/// Slots whose weights are to be read through.
package struct VerifyOrder: Sendable, Equatable {
  /// nil: all.
  package var slots: [Int]?
  /// By fast digests in place of MD5, where there are any.
  package var isQuick = false

  /// The slot, where it is one alone.
  var onlySlot: Int? { slots.flatMap { $0.count == 1 ? $0[0] : nil } }
}

/// A slot that is to be written to a file.
package struct ExportOrder: Sendable, Equatable {
  package var slotID: Int
  package var path: String
  /// By its name; nil for all tensors.
  package var tensor: String?
  package var overwrites = false

  package init(slotID: Int, path: String, tensor: String? = nil, overwrites: Bool = false) {
    self.slotID = slotID
    self.path = path
    self.tensor = tensor
    self.overwrites = overwrites
  }

  var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
}
