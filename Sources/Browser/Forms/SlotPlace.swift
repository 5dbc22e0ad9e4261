import Canvas
import Inspection

/// A slot that something is to be put into, and the room that there is.
package struct SlotPlace: Sendable, Equatable {
  package var slotID: Int?
  /// Set where nobody named a slot.
  package var nextFree: Int?
  /// What is in that slot now, in words; nil where it is empty.
  package var occupant: String?
  package var freeBytes: Int?

  package init(slotID: Int? = nil, nextFree: Int? = nil, occupant: String? = nil, freeBytes: Int? = nil) {
    self.slotID = slotID
    self.nextFree = nextFree
    self.occupant = occupant
    self.freeBytes = freeBytes
  }

  /// `497.8 MB, about 2 s; 61.0 GB free`.
  func sizeLine(bytes: Int, pace: WorkPace) -> FormPreview.Line {
    let size = Format.bytes(bytes)
    guard let free = freeBytes else { return FormPreview.Line("\(size), \(pace.text(bytes: bytes))") }
    if bytes > free {
      return FormPreview.Line("\(size): more than the \(Format.bytes(free)) that are free", .bad)
    }
    return FormPreview.Line("\(size), \(pace.text(bytes: bytes)); \(Format.bytes(free)) free")
  }

  /// What stands in a field for a slot that nobody has named: `14            next free`.
  static func hint(nextFree: Int?, _ words: String) -> String {
    nextFree.map { VisibleText.padded(String($0), width: FormColumns.note - 2) + "  " + words } ?? words
  }

  var slotLine: FormPreview.Line {
    guard let slotID else { return FormPreview.Line("") }
    return occupant.map {
      FormPreview.Line("Slot \(slotID) holds \($0): it becomes an earlier revision.", .warning)
    } ?? FormPreview.Line("Slot \(slotID) is empty.")
  }
}
