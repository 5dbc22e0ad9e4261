import Tensors

/// A matrix cut from a tensor: which of its axes are rows and columns, and where it lies on the others.
///
/// - A scalar is one cell.
/// - A vector is one row up to 32 elements; a longer one is wrapped, like text, into rows of the power of two next
///   above the square root of its length. The last row may be short.
/// - Of a tensor of more axes the last two are rows and columns, or, where one of those is no longer than 8 or both
///   hold 256 elements or fewer (a convolution's kernels), the first axis has the rows and all others the columns:
///   there one slice shows next to nothing. `rearranged` is the next of the other ways of laying it out.
public struct TensorSlice: Sendable, Hashable {
  public let shape: [Int]
  public let elementCount: Int
  /// Neighbouring axes run through together: the rows; none of them where there is one row.
  public private(set) var rowAxes: Range<Int>
  /// Likewise the columns; they come after the rows' axes.
  public private(set) var columnAxes: Range<Int>
  /// The index on each axis; 0 on those of rows and columns.
  public private(set) var fixed: [Int]
  /// Columns of a wrapped vector, else nil.
  public let wrap: Int?

  // In elements; all 0 where the tensor has none.
  public private(set) var rowCount = 0
  public private(set) var columnCount = 0
  private(set) var base = 0
  private(set) var rowStride = 0
  private(set) var columnStride = 0

  /// The longest vector that is one row.
  static let longestRow = 32
  /// Slices of no more elements, and those no longer one way, are not shown one by one at first.
  static let smallSlice = 256
  static let narrowSlice = 8

  /// - Throws: `TensorError` where there can be no such tensor.
  public init(shape: [Int]) throws(TensorError) {
    self.shape = shape
    elementCount = try Shape.elementCount(shape)
    fixed = shape.map { _ in 0 }
    wrap =
      shape.count == 1 && elementCount > Self.longestRow ? Self.wrap(elementCount: elementCount) : nil
    let axes = shape.count
    rowAxes = axes >= 2 ? axes - 2..<axes - 1 : 0..<0
    columnAxes = axes >= 1 ? axes - 1..<axes : 0..<0
    place()
    // The product fits: that of all axes does, and only a vector is wrapped.
    if axes > 2, elementCount > Self.smallSlice,
      min(rowCount, columnCount) <= Self.narrowSlice || rowCount * columnCount <= Self.smallSlice
    {
      rowAxes = 0..<1
      columnAxes = 1..<axes
      place()
    }
  }

  private static func wrap(elementCount: Int) -> Int {
    var width = 1
    while width < Int.max / 2, width.multipliedFullWidth(by: width) < (0, UInt(elementCount)) { width *= 2 }
    return width
  }

  /// Works out sizes and strides after axes or indices have changed.
  private mutating func place() {
    guard elementCount > 0 else { return }
    if let wrap {
      (rowCount, columnCount) = ((elementCount - 1) / wrap + 1, wrap)
      (base, rowStride, columnStride) = (0, wrap, 1)
      return
    }
    var strides = shape
    var stride = 1
    for axis in shape.indices.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
    }
    rowCount = shape[rowAxes].reduce(1, *)
    columnCount = shape[columnAxes].reduce(1, *)
    rowStride = rowAxes.isEmpty ? elementCount : strides[rowAxes.upperBound - 1]
    columnStride = columnAxes.isEmpty ? 1 : strides[columnAxes.upperBound - 1]
    base = zip(fixed, strides).reduce(0) { $0 + $1.0 * $1.1 }
  }

  // MARK: - Elements

  /// Columns that a row has: fewer in the last row of a wrapped vector.
  public func columnCount(inRow row: Int) -> Int {
    wrap == nil ? columnCount : max(0, min(columnCount, elementCount - row * rowStride))
  }

  /// Where in the tensor, in C order, an element of the matrix lies.
  func element(row: Int, column: Int) -> Int { base + row * rowStride + column * columnStride }

  /// The tensor's index of an element of the matrix: as many numbers as there are axes.
  public func index(row: Int, column: Int) -> [Int] {
    if let wrap { return [row * wrap + column] }
    var index = fixed
    for (axes, position) in [(rowAxes, row), (columnAxes, column)] {
      var rest = position
      for axis in axes.reversed() where shape[axis] > 0 {
        index[axis] = rest % shape[axis]
        rest /= shape[axis]
      }
    }
    return index
  }

  /// The row and the column of an element, in the slice in which it lies.
  /// - Returns: nil where the tensor has no such element.
  public func locate(_ index: [Int]) -> (slice: TensorSlice, row: Int, column: Int)? {
    guard index.count == shape.count, elementCount > 0,
      zip(index, shape).allSatisfy({ $0 >= 0 && $0 < $1 })
    else { return nil }
    if let wrap { return (self, index[0] / wrap, index[0] % wrap) }
    var slice = self
    for axis in fixedAxes { slice.fixed[axis] = index[axis] }
    slice.place()
    func position(_ axes: Range<Int>) -> Int { axes.reduce(0) { $0 * shape[$1] + index[$1] } }
    return (slice, position(rowAxes), position(columnAxes))
  }

  // MARK: - Going through slices

  /// The axes that are neither rows nor columns.
  public var fixedAxes: [Int] {
    shape.indices.filter { !rowAxes.contains($0) && !columnAxes.contains($0) }
  }

  /// How many slices there are; 0 of a tensor without elements.
  public var sliceCount: Int { elementCount == 0 ? 0 : fixedAxes.reduce(1) { $0 * shape[$1] } }

  /// Which of them this is, the last axis running fastest.
  public var sliceNumber: Int { fixedAxes.reduce(0) { $0 * shape[$1] + fixed[$1] } }

  /// Another slice, counted as in `sliceNumber`; beyond the ends the last and the first.
  public func slice(number: Int) -> TensorSlice {
    guard sliceCount > 0 else { return self }
    var slice = self
    var rest = min(max(0, number), sliceCount - 1)
    for axis in fixedAxes.reversed() {
      slice.fixed[axis] = rest % shape[axis]
      rest /= shape[axis]
    }
    slice.place()
    return slice
  }

  // MARK: - Laying it out in other ways

  private struct Arrangement: Hashable {
    var rows, columns: Range<Int>
  }

  /// Of three axes and more: the last two; the first and all others; all others and the last; the first two.
  private var arrangements: [Arrangement] {
    let axes = shape.count
    guard axes > 2 else { return [Arrangement(rows: rowAxes, columns: columnAxes)] }
    return [
      Arrangement(rows: axes - 2..<axes - 1, columns: axes - 1..<axes),
      Arrangement(rows: 0..<1, columns: 1..<axes),
      Arrangement(rows: 0..<axes - 1, columns: axes - 1..<axes),
      Arrangement(rows: 0..<1, columns: 1..<2),
    ]
  }

  /// Whether there is another way to lay the tensor out.
  public var canBeRearranged: Bool { shape.count > 2 && elementCount > 0 }

  /// The next way to lay the tensor out, at its first slice.
  public var rearranged: TensorSlice {
    let all = arrangements
    let now = all.firstIndex(of: Arrangement(rows: rowAxes, columns: columnAxes)) ?? 0
    let next = all[(now + 1) % all.count]
    var slice = self
    slice.rowAxes = next.rows
    slice.columnAxes = next.columns
    slice.fixed = shape.map { _ in 0 }
    slice.place()
    return slice
  }

  /// Which part of the tensor it is: `[3, 0, :, :]`, and with several axes as one `64 × (3 × 7 × 7)`; empty where it
  /// is all of it as it lies.
  public func text(times: String = "×") -> String {
    guard shape.count > 2 else { return "" }
    if fixedAxes.isEmpty {
      return [rowAxes, columnAxes].map { axes in
        let extents = shape[axes].map(String.init).joined(separator: " \(times) ")
        return axes.count > 1 ? "(\(extents))" : extents
      }.joined(separator: " \(times) ")
    }
    let parts = shape.indices.map { axis in
      rowAxes.contains(axis) || columnAxes.contains(axis) ? ":" : String(fixed[axis])
    }
    return "[" + parts.joined(separator: ", ") + "]"
  }
}
