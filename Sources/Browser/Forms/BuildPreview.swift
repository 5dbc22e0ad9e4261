import Canvas
import Inspection

/// What a build would come to.
package struct BuildPreview: Sendable, Equatable {
  /// The slot that it will get.
  package var slotID: Int?
  /// What is in that slot now, in words; nil where it is empty.
  package var occupant: String?
  package var sizeBytes: Int?
  package var parameters: Int?
  package var tensors: Int?
  package var freeBytes: Int?
  /// Why it can't be built.
  package var problem: String?

  package init(
    slotID: Int? = nil, occupant: String? = nil, sizeBytes: Int? = nil, parameters: Int? = nil,
    tensors: Int? = nil, freeBytes: Int? = nil, problem: String? = nil
  ) {
    self.slotID = slotID
    self.occupant = occupant
    self.sizeBytes = sizeBytes
    self.parameters = parameters
    self.tensors = tensors
    self.freeBytes = freeBytes
    self.problem = problem
  }
}

extension BuildPreview {
  private var isTooLarge: Bool { sizeBytes.flatMap { size in freeBytes.map { size > $0 } } ?? false }

  /// Size and room, then what is in the slot now.
  func formPreview(isAwaited: Bool) -> FormPreview {
    if let problem {
      return FormPreview([FormPreview.Line(problem, .bad)], problem: problem, isAwaited: isAwaited)
    }
    let lines = [
      FormPreview.Line(sizeLine, isTooLarge ? .bad : .plain),
      FormPreview.Line(slotLine, occupant == nil ? .plain : .warning),
    ]
    return FormPreview(lines.filter { !$0.text.isEmpty }, isAwaited: isAwaited)
  }

  private var sizeLine: String {
    var size = ""
    if let bytes = sizeBytes { size += Format.bytes(bytes) }
    if let free = freeBytes {
      size +=
        isTooLarge
        ? ": more than the \(Format.bytes(free)) that are free" : "; \(Format.bytes(free)) free"
    }
    return size
  }

  /// `124.4M parameters, 148 tensors`.
  static func counts(parameters: Int, tensors: Int) -> String {
    "\(Format.count(parameters)) parameters" + (tensors > 1 ? ", \(Format.grouped(tensors)) tensors" : "")
  }

  private var slotLine: String {
    slotID.map { slot in
      occupant.map { "Slot \(slot) holds \($0): it becomes an earlier revision." } ?? "Slot \(slot) is empty."
    } ?? ""
  }
}
