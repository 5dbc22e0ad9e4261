import Tensors

@testable import Interchange

/// A GGUF file in the making, right or wrong.
struct GGUFFile {
  var magic = Array("GGUF".utf8)
  var version: UInt32 = 3
  /// Said in place of the real ones.
  var pairCount: UInt64?
  var tensorCount: UInt64?
  var pairs: [(key: [UInt8], value: [UInt8])] = []
  var tensors: [[UInt8]] = []
  var alignment = 32
  var data: [UInt8] = []

  /// - Parameter value: as `GGUFFile.value` makes it.
  func with(_ key: String, _ value: [UInt8]) -> GGUFFile {
    var copy = self
    copy.pairs.append((Array(key.utf8), value))
    return copy
  }

  /// - Parameters:
  ///   - shape: outermost first.
  ///   - offset: where it begins in the data.
  func with(tensor name: String, _ type: UInt32, _ shape: [UInt64], at offset: UInt64) -> GGUFFile {
    var copy = self
    copy.tensors.append(
      Self.text(name) + littleEndian(UInt32(shape.count)) + shape.reversed().flatMap { littleEndian($0) }
        + littleEndian(type)
        + littleEndian(offset))
    return copy
  }

  func with(data count: Int) -> GGUFFile {
    var copy = self
    copy.data = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    return copy
  }

  /// All before the data.
  var header: [UInt8] {
    var bytes = magic + littleEndian(version)
    bytes += littleEndian(tensorCount ?? UInt64(tensors.count))
    bytes += littleEndian(pairCount ?? UInt64(pairs.count))
    for pair in pairs { bytes += littleEndian(UInt64(pair.key.count)) + pair.key + pair.value }
    for tensor in tensors { bytes += tensor }
    return bytes
  }

  var all: [UInt8] {
    let header = header
    return header + [UInt8](repeating: 0, count: -header.count & (alignment - 1)) + data
  }

  static func text(_ text: String) -> [UInt8] { littleEndian(UInt64(text.utf8.count)) + Array(text.utf8) }
}

func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// Values of pairs: the type's number, then the value.
enum GGUFBytes {
  static func uint8(_ value: UInt8) -> [UInt8] { littleEndian(UInt32(0)) + [value] }
  static func int8(_ value: Int8) -> [UInt8] { littleEndian(UInt32(1)) + littleEndian(value) }
  static func uint16(_ value: UInt16) -> [UInt8] { littleEndian(UInt32(2)) + littleEndian(value) }
  static func int16(_ value: Int16) -> [UInt8] { littleEndian(UInt32(3)) + littleEndian(value) }
  static func uint32(_ value: UInt32) -> [UInt8] { littleEndian(UInt32(4)) + littleEndian(value) }
  static func int32(_ value: Int32) -> [UInt8] { littleEndian(UInt32(5)) + littleEndian(value) }
  static func float32(_ value: Float) -> [UInt8] { littleEndian(UInt32(6)) + littleEndian(value.bitPattern) }
  static func bool(_ value: UInt8) -> [UInt8] { littleEndian(UInt32(7)) + [value] }
  static func string(_ value: String) -> [UInt8] { littleEndian(UInt32(8)) + GGUFFile.text(value) }
  static func uint64(_ value: UInt64) -> [UInt8] { littleEndian(UInt32(10)) + littleEndian(value) }
  static func int64(_ value: Int64) -> [UInt8] { littleEndian(UInt32(11)) + littleEndian(value) }
  static func float64(_ value: Double) -> [UInt8] {
    littleEndian(UInt32(12)) + littleEndian(value.bitPattern)
  }

  /// - Parameter elements: values with their types, all of one type.
  static func array(_ elements: [[UInt8]]) -> [UInt8] {
    array(type: elements.first.map { Array($0.prefix(4)) } ?? uint8Type, count: UInt64(elements.count))
      + elements.flatMap { $0.dropFirst(4) }
  }

  static func array(type: [UInt8], count: UInt64) -> [UInt8] {
    littleEndian(UInt32(9)) + type + littleEndian(count)
  }

  static let uint8Type = littleEndian(UInt32(0))
  static let stringType = littleEndian(UInt32(8))
}
