import Inspection

/// A slice of a tensor, a cursor in it, and the corner of the part that is seen.
struct SliceCursor: Sendable, Equatable {
  var slice: TensorSlice
  var position = SlicePosition(row: 0, column: 0)
  var origin = SlicePosition(row: 0, column: 0)

  /// Why a command that goes through slices can't be carried out; nil where it can, or is another command.
  func whyDisabled(_ command: TensorViewCommand) -> String? {
    if slice.elementCount == 0 { return "the tensor is empty" }
    switch command {
    case .nextSlice, .previousSlice:
      if slice.sliceCount <= 1 { return "there is only one slice" }
      let last = command == .nextSlice ? slice.sliceCount - 1 : 0
      return slice.sliceNumber == last ? "this is the \(last == 0 ? "first" : "last") slice" : nil
    case .rearrange: return slice.canBeRearranged ? nil : "it has no other axes"
    default: return nil
    }
  }

  /// Carries out what goes through slices.
  /// - Returns: false where it is another command, or can't be done.
  mutating func changeSlice(_ command: TensorViewCommand) -> Bool {
    guard whyDisabled(command) == nil else { return false }
    switch command {
    case .nextSlice: slice = slice.slice(number: slice.sliceNumber + 1)
    case .previousSlice: slice = slice.slice(number: slice.sliceNumber - 1)
    case .rearrange:
      let index = slice.index(row: position.row, column: position.column)
      slice = slice.rearranged
      if let found = slice.locate(index) {
        (slice, position) = (found.slice, SlicePosition(row: found.row, column: found.column))
      }
      origin = SlicePosition(row: 0, column: 0)
    default: return false
    }
    return true
  }

  /// Goes to an index as typed: `12,34` in the slice, or the tensor's whole index, `3, 0, 12, 34`.
  /// - Returns: what is wrong with it; nil where the cursor is there now.
  mutating func go(to text: String) -> String? {
    let parts = text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "," || $0 == " " })
      .filter { !$0.isEmpty }
    let numbers = parts.compactMap { Int($0) }
    let axes = slice.shape.count
    guard !numbers.isEmpty, numbers.count == parts.count else { return "an index is numbers: 12, 34" }
    if numbers.count == axes, let found = slice.locate(numbers) {
      (slice, position) = (found.slice, SlicePosition(row: found.row, column: found.column))
      return nil
    }
    if numbers.count == 2, axes > 2 {
      guard (0..<slice.rowCount).contains(numbers[0]), (0..<slice.columnCount).contains(numbers[1]) else {
        return "the slice has rows 0 to \(slice.rowCount - 1) and columns 0 to \(slice.columnCount - 1)"
      }
      position = SlicePosition(row: numbers[0], column: numbers[1])
      return nil
    }
    if numbers.count == axes { return "the shape is [\(Self.list(slice.shape))]" }
    return "an index has \(axes) \(axes == 1 ? "number" : "numbers")"
      + (axes > 2 ? ", or 2 in the slice" : "")
  }

  /// Where the cursor is: `12, 34`, as many numbers as the tensor has axes.
  var indexText: String { Self.list(slice.index(row: position.row, column: position.column)) }

  static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
}
