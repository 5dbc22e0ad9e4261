import Foundation
import Tensors

@testable import Inspection

/// A tensor in memory for tests, its bytes made of a seed; and what is to be found in it, worked out the slow way.
struct SliceData {
  let info: TensorInfo
  let values: [Double]
  private let region: ByteRegion
  /// Bytes that lie before the tensor.
  private static let lead = 24

  init(_ dtype: DType, _ shape: [Int], seed: UInt64 = 1) throws {
    let info = try TensorInfo(name: "t", dtype: dtype, shape: shape)
    var state = seed
    let bytes = (0..<Self.lead + info.byteCount).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    try self.init(info, ByteRegion(bytes))
  }

  init(_ floats: [Float], _ shape: [Int]) throws {
    let info = try TensorInfo(name: "t", dtype: .float32, shape: shape)
    try self.init(info, ByteRegion([Float](repeating: 7, count: Self.lead / 4) + floats))
  }

  private init(_ info: TensorInfo, _ region: ByteRegion) throws {
    self.info = info
    self.region = region
    var values = [Double](repeating: 0, count: info.elementCount)
    region.withUnsafeBytes { bytes in
      values.withUnsafeMutableBufferPointer {
        info.dtype.decode(UnsafeRawBufferPointer(rebasing: bytes[Self.lead...]), into: $0)
      }
    }
    self.values = values
  }

  /// A reader with nothing read yet.
  var reader: ElementReader { ElementReader(info, in: region, at: Self.lead) }

  subscript(index: [Int]) -> Double {
    var element = 0
    for (axis, extent) in info.shape.enumerated() { element = element * extent + index[axis] }
    return values[element]
  }

  /// The values of each cell, one after the other.
  func cells(_ request: HeatMapRequest) -> [[Double]] {
    let slice = request.slice
    return (0..<request.height).flatMap { row in
      (0..<request.width).map { column -> [Double] in
        var found: [Double] = []
        for r in 0..<request.rowsPerCell {
          for c in 0..<request.columnsPerCell {
            let (y, x) = (
              request.rows.lowerBound + row * request.rowsPerCell + r,
              request.columns.lowerBound + column * request.columnsPerCell + c
            )
            guard request.rows.contains(y), request.columns.contains(x), x < slice.columnCount(inRow: y)
            else {
              continue
            }
            found.append(self[slice.index(row: y, column: x)])
          }
        }
        return found
      }
    }
  }

  /// The map of every value, worked out the slow way.
  func expected(_ request: HeatMapRequest) -> [HeatMap.Cell] {
    cells(request).map { values in
      let finite = values.filter(\.isFinite)
      var marks: HeatMap.Marks = []
      if values.isEmpty { marks.insert(.nothing) }
      if values.contains(where: \.isNaN) { marks.insert(.nan) }
      if values.contains(.infinity) { marks.insert(.positiveInfinity) }
      if values.contains(-.infinity) { marks.insert(.negativeInfinity) }
      // In 64 steps, so that the sum of huge values stays finite.
      let mean = finite.reduce(0) { $0 + $1 / 64 / Double(finite.count) } * 64
      return HeatMap.Cell(
        mean: finite.isEmpty ? .nan : mean, largest: finite.map(abs).max() ?? 0, marks: marks)
    }
  }

  /// All maps that are sent.
  func maps(
    _ request: HeatMapRequest, blink: Int = HeatMapPlan.blink, patience: Int = HeatMapPlan.patience
  ) throws -> [HeatMap] {
    var maps: [HeatMap] = []
    try Inspector.heatMap(request, reader, nil, blink: blink, patience: patience) { map, _ in maps.append(map)
    }
    return maps
  }
}

/// Whether two maps are the same but for the order in which values were added.
func agree(_ cells: [HeatMap.Cell], _ expected: [HeatMap.Cell]) -> Bool {
  cells.count == expected.count
    && zip(cells, expected).allSatisfy { cell, wanted in
      guard cell.marks == wanted.marks, cell.largest == wanted.largest else { return false }
      if wanted.mean.isNaN { return cell.mean.isNaN }
      return abs(cell.mean - wanted.mean) <= 1e-12 * wanted.largest
    }
}
