import Tensors
import Testing

@testable import Inspection

@Suite("Slices of tensors")
struct TensorSliceTests {
  private func slice(_ shape: Int...) throws -> TensorSlice { try TensorSlice(shape: shape) }

  @Test("a matrix is its own rows and columns")
  func matrix() throws {
    let slice = try slice(5, 7)
    #expect((slice.rowCount, slice.columnCount) == (5, 7))
    #expect(slice.sliceCount == 1)
    #expect(slice.element(row: 3, column: 2) == 23)
    #expect(slice.index(row: 3, column: 2) == [3, 2])
    #expect(slice.text() == "")
    #expect(!slice.canBeRearranged)
  }

  @Test("a scalar is one cell, a short vector one row")
  func small() throws {
    let scalar = try TensorSlice(shape: [])
    #expect((scalar.rowCount, scalar.columnCount) == (1, 1))
    #expect(scalar.index(row: 0, column: 0) == [])
    let vector = try slice(32)
    #expect((vector.rowCount, vector.columnCount, vector.wrap) == (1, 32, nil))
    #expect(vector.index(row: 0, column: 31) == [31])
  }

  @Test(
    "a long vector is wrapped, and its last row may be short",
    arguments: [(33, 5, 8, 1), (768, 24, 32, 32), (30522, 120, 256, 58), (65536, 256, 256, 256)])
  func wrapped(length: Int, rows: Int, columns: Int, last: Int) throws {
    let slice = try slice(length)
    #expect((slice.rowCount, slice.columnCount) == (rows, columns))
    #expect(slice.columnCount(inRow: rows - 1) == last)
    #expect(slice.columnCount(inRow: 0) == columns)
    #expect(slice.index(row: rows - 1, column: last - 1) == [length - 1])
  }

  @Test("of more axes the last two are shown, and the others are gone through")
  func slices() throws {
    var slice = try slice(2, 3, 20, 30)
    #expect((slice.rowCount, slice.columnCount, slice.sliceCount) == (20, 30, 6))
    #expect(slice.text() == "[0, 0, :, :]")
    slice = slice.slice(number: 4)
    #expect(slice.text() == "[1, 1, :, :]")
    #expect(slice.sliceNumber == 4)
    #expect(slice.element(row: 2, column: 3) == 4 * 600 + 63)
    #expect(slice.slice(number: 99).text() == "[1, 2, :, :]")
    #expect(slice.slice(number: -1).text() == "[0, 0, :, :]")
  }

  @Test("kernels are laid side by side at first, and every arrangement shows the same elements")
  func rearranged() throws {
    var slice = try slice(64, 3, 7, 7)
    #expect((slice.rowCount, slice.columnCount) == (64, 147))
    #expect(slice.text() == "64 × (3 × 7 × 7)")
    var seen: [String] = []
    for _ in 0..<4 {
      seen.append(slice.text())
      let place = try #require(slice.locate([5, 2, 3, 4]))
      #expect(place.slice.element(row: place.row, column: place.column) == ((5 * 3 + 2) * 7 + 3) * 7 + 4)
      #expect(place.slice.index(row: place.row, column: place.column) == [5, 2, 3, 4])
      slice = slice.rearranged
    }
    #expect(seen == ["64 × (3 × 7 × 7)", "(64 × 3 × 7) × 7", "[:, :, 0, 0]", "[0, 0, :, :]"])
    #expect(slice == (try self.slice(64, 3, 7, 7)))
  }

  @Test("an index that the tensor has not is nowhere")
  func nowhere() throws {
    let slice = try slice(2, 3)
    #expect(slice.locate([2, 0]) == nil)
    #expect(slice.locate([0, -1]) == nil)
    #expect(slice.locate([0]) == nil)
    #expect(slice.locate([0, 0, 0]) == nil)
  }

  @Test(
    "a tensor without elements has no rows, however large its other extents",
    arguments: [
      [0], [0, 5], [5, 0], [0, Int.max], [Int.max, 0], [1 << 40, 0, 1 << 22],
      [1 << 20, 1 << 20, 0, 1 << 20, 0, 0],
    ])
  func empty(shape: [Int]) throws {
    let slice = try TensorSlice(shape: shape)
    #expect((slice.rowCount, slice.columnCount, slice.sliceCount) == (0, 0, 0))
    #expect(slice.rearranged.rowCount == 0)
    #expect(slice.slice(number: 3) == slice)
    #expect(slice.locate(shape.map { _ in 0 }) == nil)
    #expect(HeatMapRequest(slice, height: 10, width: 10).width == 0)
  }

  @Test("64 axes, and extents that no memory holds")
  func hostile() throws {
    var slice = try TensorSlice(shape: [Int](repeating: 2, count: 62) + [1, 1])
    for _ in 0..<4 {
      let last = slice.slice(number: Int.max)
      #expect(
        last.index(row: last.rowCount - 1, column: last.columnCount - 1) == [Int](repeating: 1, count: 62) + [
          0, 0,
        ])
      slice = slice.rearranged
    }
    let wide = try TensorSlice(shape: [1, Int.max])
    #expect(wide.index(row: 0, column: Int.max - 1) == [0, Int.max - 1])
    #expect(try TensorSlice(shape: [Int.max]).rowCount == Int.max >> 32 + 1)
    #expect(throws: TensorError.tooLarge(shape: [Int.max, 2])) { try TensorSlice(shape: [Int.max, 2]) }
    #expect(throws: TensorError.negativeExtent(shape: [3, -1])) { try TensorSlice(shape: [3, -1]) }
  }
}
