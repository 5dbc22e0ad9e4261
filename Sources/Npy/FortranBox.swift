import Tensors

/// Cuts an array into boxes that are each one run of elements in C order: on some axis a range, on the axes
/// before it one index, on the axes behind it everything.
struct FortranBoxes {
  let itemSize: Int
  private let shape: [Int]
  /// The axis that is cut.
  private let axis: Int
  /// How many indices of that axis a box has at most.
  private let rows: Int
  /// Elements behind one index of each axis in C order.
  private let cStrides: [Int]
  /// Elements behind one index of each axis in Fortran order.
  private let fortranStrides: [Int]

  /// - Precondition: no extent is 0, and the element count fits an `Int`.
  init(shape: [Int], itemSize: Int, maximumByteCount: Int) {
    var c = [Int](repeating: 1, count: shape.count)
    var fortran = c
    for index in shape.indices.dropFirst() {
      fortran[index] = fortran[index - 1] * shape[index - 1]
      let mirrored = shape.count - 1 - index
      c[mirrored] = c[mirrored + 1] * shape[mirrored + 1]
    }
    let capacity = max(1, maximumByteCount / itemSize)
    let axis = c.firstIndex { $0 <= capacity } ?? shape.count - 1
    self.itemSize = itemSize
    self.shape = shape
    self.axis = axis
    rows = min(shape[axis], capacity / c[axis])
    cStrides = c
    fortranStrides = fortran
  }

  func box(containing element: Int) -> FortranBox {
    var rest = element
    var storedStart = 0
    var first = 0
    for index in 0..<axis {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: cStrides[index])
      storedStart += quotient * fortranStrides[index]
      first += quotient * cStrides[index]
      rest = remainder
    }
    let row = rest / cStrides[axis] / rows * rows
    return FortranBox(
      firstElement: first + row * cStrides[axis],
      storedStart: storedStart + row * fortranStrides[axis],
      rowCount: min(rows, shape[axis] - row), storedRowStride: fortranStrides[axis],
      columnShape: Array(shape[(axis + 1)...]), columnCStrides: Array(cStrides[(axis + 1)...]),
      columnCount: cStrides[axis], storedColumnStride: fortranStrides[axis] * shape[axis])
  }
}

/// A run of elements in C order, seen as rows (indices of the axis that is cut) × columns (all indices of the
/// axes behind it), and where they are stored. All counts are of elements.
struct FortranBox {
  /// In C order, from the array's first.
  let firstElement: Int
  /// Where its first element is stored.
  let storedStart: Int
  let rowCount: Int
  let storedRowStride: Int
  let columnShape: [Int]
  let columnCStrides: [Int]
  let columnCount: Int
  /// From a column to the next in Fortran order.
  let storedColumnStride: Int

  var elementCount: Int { rowCount * columnCount }

  /// Reading this many bytes too many costs less than another call.
  private static let skippableByteCount = 4096
  private static let windowByteCount = 1 << 20

  /// Fills `output` with the box in C order.
  func gather(
    from stored: any ByteSource, itemSize: Int, into output: UnsafeMutableRawBufferPointer
  ) throws {
    switch itemSize {
    case 1: try gather(UInt8.self, from: stored, into: output)
    case 2: try gather(UInt16.self, from: stored, into: output)
    case 4: try gather(UInt32.self, from: stored, into: output)
    default: try gather(UInt64.self, from: stored, into: output)
    }
  }

  private func gather<Element: FixedWidthInteger & BitwiseCopyable>(
    _: Element.Type, from stored: any ByteSource, into output: UnsafeMutableRawBufferPointer
  ) throws {
    let size = MemoryLayout<Element>.size
    let span = (rowCount - 1) * storedRowStride + 1
    let end = storedStart + (columnCount - 1) * storedColumnStride + span
    let capacity = min(end - storedStart, windowCapacity(itemSize: size, span: span))
    let window = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity * size, alignment: 64)
    defer { window.deallocate() }
    var windowStart = 0
    var windowEnd = 0
    var column = [Int](repeating: 0, count: columnShape.count)
    var columnInC = 0
    for columnInFortran in 0..<columnCount {
      let columnStart = storedStart + columnInFortran * storedColumnStride
      var row = 0
      while row < rowCount {
        let position = columnStart + row * storedRowStride
        if position >= windowEnd {
          windowStart = position
          windowEnd = min(end, position + capacity)
          try stored.read(
            at: position * size,
            into: UnsafeMutableRawBufferPointer(rebasing: window[..<((windowEnd - position) * size)]))
        }
        let available = (windowEnd - 1 - position) / storedRowStride + 1
        let upper = min(rowCount, row + available)
        var source = (position - windowStart) * size
        while row < upper {
          let element = window.loadUnaligned(fromByteOffset: source, as: Element.self)
          output.storeBytes(
            of: element, toByteOffset: (row * columnCount + columnInC) * size, as: Element.self)
          source += storedRowStride * size
          row += 1
        }
      }
      columnInC += advance(&column)
    }
  }

  /// Elements to read at a time: long windows where the gaps between wanted elements are short, else no more
  /// than what is wanted.
  private func windowCapacity(itemSize: Int, span: Int) -> Int {
    let limit = Self.windowByteCount / itemSize
    if (storedRowStride - 1) * itemSize > Self.skippableByteCount { return 1 }
    if (storedColumnStride - span) * itemSize > Self.skippableByteCount { return min(span, limit) }
    return limit
  }

  /// The next column in Fortran order, and how far its number in C order is from the last one's.
  private func advance(_ column: inout [Int]) -> Int {
    var step = 0
    for axis in column.indices {
      column[axis] += 1
      step += columnCStrides[axis]
      if column[axis] < columnShape[axis] { break }
      step -= columnShape[axis] * columnCStrides[axis]
      column[axis] = 0
    }
    return step
  }
}
