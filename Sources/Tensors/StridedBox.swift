/// An axis of an array whose elements do not lie in C order: counts of elements.
package struct StridedAxis: Equatable, Sendable {
  package var extent: Int
  /// From one index to the next, where the elements are stored.
  package var storedStride: Int
  /// From one index to the next in C order.
  package var cStride: Int
}

/// Cuts an array into boxes that are each one run of elements in C order: on some axis a range, on the axes
/// before it one index, on the axes behind it everything.
struct StridedBoxes {
  private let axes: [StridedAxis]
  private let start: Int
  /// The axis that is cut.
  private let cut: Int
  /// How many indices of that axis a box has at most.
  private let rows: Int

  /// - Precondition: no extent is 0, and the element count fits an `Int`.
  init(shape: [Int], strides: [Int], start: Int, capacity: Int) {
    var axes: [StridedAxis] = []
    var cStride = 1
    for (extent, stride) in zip(shape, strides).reversed() {
      axes.append(StridedAxis(extent: extent, storedStride: stride, cStride: cStride))
      cStride *= extent
    }
    if axes.isEmpty { axes.append(StridedAxis(extent: 1, storedStride: 1, cStride: 1)) }
    axes.reverse()
    let cut = axes.firstIndex { $0.cStride <= capacity } ?? axes.count - 1
    self.axes = axes
    self.start = start
    self.cut = cut
    rows = max(1, min(axes[cut].extent, capacity / axes[cut].cStride))
  }

  func box(containing element: Int) -> StridedBox {
    var rest = element
    var storedStart = start
    var first = 0
    for axis in axes[..<cut] {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: axis.cStride)
      storedStart += quotient * axis.storedStride
      first += quotient * axis.cStride
      rest = remainder
    }
    var rowAxis = axes[cut]
    let row = rest / rowAxis.cStride / rows * rows
    storedStart += row * rowAxis.storedStride
    first += row * rowAxis.cStride
    rowAxis.extent = min(rows, rowAxis.extent - row)
    return StridedBox(firstElement: first, storedStart: storedStart, axes: [rowAxis] + axes[(cut + 1)...])
  }
}

/// A run of elements in C order, and where they are stored.
struct StridedBox {
  /// In C order, from the array's first.
  let firstElement: Int
  /// Where its first element is stored.
  let storedStart: Int
  let elementCount: Int
  /// In the order of their stored strides, widest first: walked so, the stored elements are met in their order.
  /// Neighbours that are as good as one axis are one.
  private let axes: [StridedAxis]

  /// Reading this many bytes too many costs less than another call.
  private static let skippableByteCount = 4096
  private static let windowByteCount = 1 << 20

  init(firstElement: Int, storedStart: Int, axes: [StridedAxis]) {
    self.firstElement = firstElement
    self.storedStart = storedStart
    elementCount = axes.reduce(1) { $0 * $1.extent }
    var merged: [StridedAxis] = []
    for axis in axes.filter({ $0.extent != 1 }).sorted(by: { $0.storedStride > $1.storedStride }) {
      if let outer = merged.last, outer.storedStride == axis.extent * axis.storedStride,
        outer.cStride == axis.extent * axis.cStride
      {
        merged[merged.count - 1] = axis
        merged[merged.count - 1].extent *= outer.extent
      } else {
        merged.append(axis)
      }
    }
    self.axes = merged.isEmpty ? [StridedAxis(extent: 1, storedStride: 1, cStride: 1)] : merged
  }

  /// Fills `output` with the box in C order.
  func gather(
    from stored: any ByteSource, itemSize: Int, into output: UnsafeMutableRawBufferPointer
  ) throws {
    switch itemSize {
    case 1: try gather(UInt8.self, from: stored, into: output)
    case 2: try gather(UInt16.self, from: stored, into: output)
    case 4: try gather(UInt32.self, from: stored, into: output)
    case 8: try gather(UInt64.self, from: stored, into: output)
    default: try gather(UInt128.self, from: stored, into: output)
    }
  }

  private func gather<Element: FixedWidthInteger & BitwiseCopyable>(
    _: Element.Type, from stored: any ByteSource, into output: UnsafeMutableRawBufferPointer
  ) throws {
    let size = MemoryLayout<Element>.size
    let inner = axes[axes.count - 1]
    let end = storedStart + axes.reduce(0) { $0 + ($1.extent - 1) * $1.storedStride } + 1
    let capacity = min(end - storedStart, windowCapacity(itemSize: size))
    let window = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity * size, alignment: 64)
    defer { window.deallocate() }
    var windowStart = 0
    var windowEnd = 0
    var index = [Int](repeating: 0, count: axes.count - 1)
    var start = storedStart
    var startInC = 0
    for _ in 0..<elementCount / inner.extent {
      var done = 0
      while done < inner.extent {
        let position = start + done * inner.storedStride
        if position >= windowEnd {
          windowStart = position
          windowEnd = min(end, position + capacity)
          try stored.read(
            at: position * size,
            into: UnsafeMutableRawBufferPointer(rebasing: window[..<((windowEnd - position) * size)]))
        }
        let available = inner.storedStride == 0 ? Int.max : (windowEnd - 1 - position) / inner.storedStride
        let upper = done + min(inner.extent - 1 - done, available) + 1
        var source = (position - windowStart) * size
        var place = (startInC + done * inner.cStride) * size
        for _ in done..<upper {
          output.storeBytes(
            of: window.loadUnaligned(fromByteOffset: source, as: Element.self), toByteOffset: place,
            as: Element.self)
          source += inner.storedStride * size
          place += inner.cStride * size
        }
        done = upper
      }
      let step = advance(&index)
      start += step.stored
      startInC += step.c
    }
  }

  /// Elements to read at a time: long windows where the gaps between wanted elements are short, else no more
  /// than what is wanted.
  private func windowCapacity(itemSize: Int) -> Int {
    let limit = Self.windowByteCount / itemSize
    let inner = axes[axes.count - 1]
    if (inner.storedStride - 1) * itemSize > Self.skippableByteCount { return 1 }
    let span = (inner.extent - 1) * inner.storedStride + 1
    if axes.count > 1, (axes[axes.count - 2].storedStride - span) * itemSize > Self.skippableByteCount {
      return min(span, limit)
    }
    return limit
  }

  /// The next index of all axes but the innermost, and how far its element is from the last one's.
  private func advance(_ index: inout [Int]) -> (stored: Int, c: Int) {
    var step = (stored: 0, c: 0)
    for axis in index.indices.reversed() {
      index[axis] += 1
      step.stored += axes[axis].storedStride
      step.c += axes[axis].cStride
      if index[axis] < axes[axis].extent { break }
      step.stored -= axes[axis].extent * axes[axis].storedStride
      step.c -= axes[axis].extent * axes[axis].cStride
      index[axis] = 0
    }
    return step
  }
}
