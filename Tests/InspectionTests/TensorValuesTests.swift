import Foundation
import Tensors
import Testing

@testable import Inspection

@Suite("Values of tensors")
struct TensorValuesTests {
  private func read(_ data: SliceData, _ request: ValuesRequest) throws -> TensorValues {
    try TensorValues.read(request, data.reader, nil)
  }

  @Test("every dtype is read as its values are", arguments: DType.allCases)
  func dtypes(dtype: DType) throws {
    let data = try SliceData(dtype, [6, 512])
    let slice = try TensorSlice(shape: [6, 512])
    let values = try read(data, ValuesRequest(slice, rows: 1..<4, columns: 30..<70))
    for row in 1..<4 {
      for column in 30..<70 {
        let wanted = data[[row, column]]
        let found: Double =
          switch try #require(values[row, column]) {
          case .bool(let value): value ? 1 : 0
          case .integer(let value): Double(value)
          case .unsigned(let value): Double(value)
          case .real(let value): value
          case .complex(let re, let im): hypot(re, im)
          }
        #expect(
          found == wanted || (found.isNaN && wanted.isNaN) || abs(found - wanted) <= 1e-15 * abs(wanted))
      }
    }
    #expect(values[4, 30] == nil && values[1, 70] == nil)
  }

  @Test(
    "every shape in every arrangement",
    arguments: [[], [5], [77], [1, 9], [9, 1], [2, 3, 5, 7], [3, 4, 300]])
  func shapes(shape: [Int]) throws {
    let data = try SliceData(.int32, shape)
    var slice = try TensorSlice(shape: shape)
    for _ in 0..<4 {
      let values = try read(data, ValuesRequest(slice, rows: 0..<50, columns: 0..<50))
      for row in 0..<min(50, slice.rowCount) {
        for column in 0..<min(50, slice.columnCount(inRow: row)) {
          #expect(values[row, column] == .integer(Int64(data[slice.index(row: row, column: column)])))
        }
      }
      slice = slice.rearranged
    }
  }

  @Test("a request is cut to what there is and to a few thousand values")
  func cut() throws {
    let slice = try TensorSlice(shape: [1 << 20, 1 << 20])
    let request = ValuesRequest(slice, rows: 1 << 19..<Int.max, columns: -5..<1000)
    #expect(request.columns == 0..<1000)
    #expect(request.rows == 1 << 19..<(1 << 19) + 16)
    #expect(ValuesRequest(slice, rows: 0..<1, columns: 0..<Int.max).columns.count == 16384)
    let empty = ValuesRequest(try TensorSlice(shape: [0, Int.max]), rows: 0..<5, columns: 0..<5)
    #expect(empty.rows.isEmpty && empty.columns.isEmpty)
  }

  @Test("columns far apart are read one by one, not with all that lies between")
  func farApart() throws {
    let shape = [4, 4, 1 << 30]
    let info = try TensorInfo(name: "", dtype: .float32, shape: shape)
    var slice = try TensorSlice(shape: shape)
    while slice.text() != "[:, :, 0]" { slice = slice.rearranged }
    let source = CountingSource(byteCount: info.byteCount)
    let request = ValuesRequest(slice, rows: 0..<4, columns: 0..<4)
    let values = try TensorValues.read(request, ElementReader(info, in: source, at: 0), nil)
    #expect(
      values.values == [[TensorValue]](repeating: [TensorValue](repeating: .real(0.5), count: 4), count: 4))
    #expect(source.bytesRead == 64)
  }

  @Test("64-bit integers keep all their digits")
  func large() throws {
    let info = try TensorInfo(name: "", dtype: .int64, shape: [2])
    let reader = ElementReader(info, in: ByteRegion([Int64.max, Int64.min + 1]), at: 0)
    let slice = try TensorSlice(shape: [2])
    let values = try TensorValues.read(ValuesRequest(slice, rows: 0..<1, columns: 0..<2), reader, nil)
    #expect(values.values == [[.integer(Int64.max), .integer(Int64.min + 1)]])
    #expect(values[0, 1]?.shortText == "-9223372036854775807")
  }

  @Test(
    "values are written short in a table and whole beside it",
    arguments: [
      (TensorValue.real(Double(Float(0.1))), DType.float32, "0.1", "0.1"),
      (.real(Double(Float(1) / 3)), .float32, "0.3333", "0.33333334"), (.real(0.1), .float64, "0.1", "0.1"),
      (.real(1.0 / 3), .float64, "0.3333", "0.3333333333333333"), (.real(2), .float32, "2", "2"),
      (.real(0.0999755859375), .float16, "0.09998", "0.099976"),
      (.real(0.10009765625), .bfloat16, "0.1001", "0.1001"),
      (.real(0.4375), .float8E4M3FN, "0.4375", "0.4375"),
      (.real(-1.25e-30), .float64, "-1.25e-30", "-1.25e-30"),
      (.real(.nan), .float32, "NaN", "NaN"), (.real(-.infinity), .float16, "-Inf", "-Inf"),
      (.real(.infinity), .float64, "+Inf", "+Inf"), (.real(-0.0), .float32, "0", "-0"),
      (.bool(true), .bool, "true", "true"),
      (.unsigned(UInt64.max), .uint64, "18446744073709551615", "18446744073709551615"),
      (.complex(1.5, -2), .complex64, "1.5-2j", "1.5-2j"),
      (.complex(0, 0.25), .complex128, "0+0.25j", "0+0.25j"),
      (.complex(1, .nan), .complex64, "1+NaNj", "1+NaNj"),
      (.complex(1, .infinity), .complex64, "1+Infj", "1+Infj"),
    ])
  func texts(value: TensorValue, dtype: DType, short: String, full: String) {
    #expect(value.shortText == short)
    #expect(value.fullText(dtype) == full)
  }
}
