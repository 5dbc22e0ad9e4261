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
  /// Slots that are built, and how many of them hold something now.
  package var slotCount = 1
  package var fullCount = 0
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
  /// Size, time and room, then what is in the slots now.
  func formPreview(pace: WorkPace, isAwaited: Bool) -> FormPreview {
    if let problem {
      return FormPreview([FormPreview.Line(problem, .bad)], problem: problem, isAwaited: isAwaited)
    }
    let place = SlotPlace(slotID: slotID, occupant: occupant, freeBytes: freeBytes)
    let lines =
      [sizeBytes.map { place.sizeLine(bytes: $0, pace: pace) }, slotCount == 1 ? place.slotLine : slotsLine]
      .compactMap { $0 }
    return FormPreview(lines.filter { !$0.text.isEmpty }, isAwaited: isAwaited)
  }

  private var slotsLine: FormPreview.Line {
    if fullCount == 0 { return FormPreview.Line("\(Format.grouped(slotCount)) slots, all of them empty.") }
    return FormPreview.Line(
      "\(Format.grouped(fullCount)) of \(Format.grouped(slotCount)) slots hold something: it becomes an earlier revision.",
      .warning)
  }

  /// `124.4M parameters, 148 tensors`.
  static func counts(parameters: Int, tensors: Int) -> String {
    "\(Format.count(parameters)) parameters" + (tensors > 1 ? ", \(Format.grouped(tensors)) tensors" : "")
  }
}
