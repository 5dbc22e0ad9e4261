import Builds
import Inspection

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
  /// Looks up what is to be shown, or asked before anything is done.
  case survey(SurveyRequest)

  /// Which slots it is about; empty where it is about the store.
  var slotIDs: [Int] {
    switch self {
    case .verify(let order): order.slots ?? []
    case .delete(let slots), .purge(let slots): slots
    case .restore(let changes): changes.map(\.slotID)
    case .export(let order): [order.slotID]
    case .survey(let request): request.slotIDs
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
    case .survey(let request): request.command.name
    }
  }

  /// Of those that change the store one runs at a time, in the order in which they were asked for.
  var changesStore: Bool {
    switch self {
    case .verify, .check, .export, .survey: false
    case .delete, .restore, .purge, .collectGarbage, .repair: true
    }
  }

  /// What its progress counts.
  enum Unit: Sendable {
    case bytes, slots
    /// Rows and files.
    case entries

    /// `1,234 of 9,876 rows and files`; without the words where that is wider than `width`.
    func text(_ completed: Int, of total: Int, width: Int = .max) -> String {
      if self == .bytes { return "\(Format.bytes(completed)) of \(Format.bytes(total))" }
      let counts = "\(Format.grouped(completed)) of \(Format.grouped(total))"
      let whole = counts + (self == .slots ? " slots" : " rows and files")
      return whole.count <= width ? whole : counts
    }
  }

  var unit: Unit {
    switch self {
    case .verify, .export: .bytes
    case .delete, .restore, .purge: .slots
    case .collectGarbage, .check, .repair: .entries
    case .survey(let request): request.unit
    }
  }

  /// Whether somebody waits for what it finds: it waits for nothing itself, and is no job of its own.
  var isSurvey: Bool { if case .survey = self { true } else { false } }

  /// Whether leaving it half done loses something that a person waits for.
  var isMissed: Bool {
    switch self {
    case .verify, .check, .survey: false
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
