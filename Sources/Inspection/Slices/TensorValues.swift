import Foundation
import Tensors

/// Values wanted of a slice: a window of it.
public struct ValuesRequest: Sendable, Hashable {
  public let slice: TensorSlice
  /// The window, cut to what the slice has and to `maximumCount` values.
  public let rows: Range<Int>
  public let columns: Range<Int>

  /// The most values of one request.
  public static let maximumCount = 16384

  public init(_ slice: TensorSlice, rows: Range<Int>, columns: Range<Int>) {
    self.slice = slice
    let columns = columns.clamped(to: 0..<slice.columnCount)
    let rows = rows.clamped(to: 0..<slice.rowCount)
    self.columns = columns.prefix(Self.maximumCount)
    self.rows = rows.prefix(Self.maximumCount / max(1, self.columns.count))
  }
}

extension Range<Int> {
  fileprivate func prefix(_ count: Int) -> Range<Int> {
    lowerBound..<lowerBound + Swift.min(self.count, count)
  }
}

/// The value of one element, as its dtype has it.
public enum TensorValue: Sendable, Hashable {
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case real(Double)
  case complex(Double, Double)
}

/// Values of a slice.
public struct TensorValues: Sendable, Equatable {
  public let request: ValuesRequest
  public let dtype: DType
  /// Row by row; in the last row of a wrapped vector there may be fewer.
  public let values: [[TensorValue]]

  public init(request: ValuesRequest, dtype: DType, values: [[TensorValue]]) {
    self.request = request
    self.dtype = dtype
    self.values = values
  }

  /// The value in a row and a column of the slice; nil where it was not asked for or is not there.
  public subscript(row: Int, column: Int) -> TensorValue? {
    guard request.rows.contains(row), request.columns.contains(column) else { return nil }
    let found = values[row - request.rows.lowerBound]
    let index = column - request.columns.lowerBound
    return index < found.count ? found[index] : nil
  }

  static func read(_ request: ValuesRequest, _ reader: ElementReader, _ progress: WorkProgress?) throws
    -> TensorValues
  {
    let slice = request.slice
    let isNear = reader.byteCount(of: slice.columnStride) <= HeatMapPlan.nearBytes
    let values = try request.rows.map { row in
      try progress?.checkCancellation()
      let columns = request.columns.clamped(to: 0..<slice.columnCount(inRow: row))
      guard !columns.isEmpty else { return [TensorValue]() }
      let elements = columns.map { slice.element(row: row, column: $0) }
      let span = (elements[elements.count - 1] - elements[0] + 1)
      // Bounded memory: a long stretch with few values in it is not read as one.
      let isShort = reader.byteCount(of: span) <= 1 << 20
      if isNear, isShort { try reader.load(elements[0]..<elements[0] + span) }
      return try elements.map { element in
        if !(isNear && isShort) { try reader.load(element..<element + 1) }
        return value(element, reader)
      }
    }
    return TensorValues(request: request, dtype: reader.info.dtype, values: values)
  }

  private static func value(_ element: Int, _ reader: ElementReader) -> TensorValue {
    func bits<T: FixedWidthInteger>(_: T.Type, at offset: Int = 0) -> T {
      reader.withBytes(of: element) { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
    }
    func double() -> Double { reader.withValues(element..<element + 1) { $0[0] } }
    return switch reader.info.dtype {
    case .bool: .bool(bits(UInt8.self) != 0)
    case .int64: .integer(bits(Int64.self))
    case .uint64: .unsigned(bits(UInt64.self))
    case .int8, .int16, .int32, .uint8, .uint16, .uint32: .integer(Int64(double()))
    case .complex64:
      .complex(
        Double(Float(bitPattern: bits(UInt32.self))), Double(Float(bitPattern: bits(UInt32.self, at: 4))))
    case .complex128:
      .complex(Double(bitPattern: bits(UInt64.self)), Double(bitPattern: bits(UInt64.self, at: 8)))
    default: .real(double())
    }
  }
}

extension TensorValue {
  package var isFinite: Bool {
    switch self {
    case .real(let value): value.isFinite
    case .complex(let re, let im): re.isFinite && im.isFinite
    default: true
    }
  }

  /// In at most four significant digits: what a column of numbers shows.
  package var shortText: String {
    switch self {
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .unsigned(let value): String(value)
    case .real(let value): Self.text(value, digits: 4)
    case .complex(let re, let im): Self.complexText(re, im) { Self.text($0, digits: 4) }
    }
  }

  /// With all the digits that a value of that dtype has.
  package func fullText(_ dtype: DType) -> String {
    switch self {
    case .real(let value): Self.fullText(value, dtype)
    case .complex(let re, let im):
      Self.complexText(re, im) { Self.fullText($0, dtype == .complex64 ? .float32 : .float64) }
    default: shortText
    }
  }

  private static func fullText(_ value: Double, _ dtype: DType) -> String {
    guard value.isFinite else { return text(value, digits: 4) }
    // The fewest digits that tell the value from its neighbours.
    return switch dtype {
    case .float64, .complex128: trimmed("\(value)")
    case .float16: text(value, digits: 5)
    case .bfloat16, .float8E4M3FN, .float8E5M2, .float8E4M3FNUZ, .float8E5M2FNUZ, .float6E2M3FN,
      .float6E3M2FN,
      .float4E2M1FN:
      text(value, digits: 4)
    // A power of two, down to 2^-127.
    case .float8E8M0FNU: text(value, digits: 6)
    default: trimmed("\(Float(value))")
    }
  }

  private static func trimmed(_ text: String) -> String {
    text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func complexText(_ re: Double, _ im: Double, _ text: (Double) -> String) -> String {
    let second = text(im)
    return text(re) + (second.hasPrefix("-") || second.hasPrefix("+") ? "" : "+") + second + "j"
  }

  private static func text(_ value: Double, digits: Int) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return value == 0 ? "0" : String(format: "%.\(digits)g", value)
  }
}
