import ModelContext
import StrictJSON

/// The type of a value in a key-value pair, by its number.
enum GGUFValueType: UInt32, CaseIterable {
  case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

  /// Of a value: all of it, or of an empty string or array.
  var minimumByteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .string, .uint64, .int64, .float64: 8
    case .array: 12
    }
  }
  /// What several are called.
  var plural: String {
    switch self {
    case .float32, .float64: "numbers"
    case .bool: "bools"
    case .string: "strings"
    case .array: "arrays"
    default: "integers"
    }
  }
}

/// The value of a key-value pair.
enum GGUFValue: Equatable {
  case integer(Int64)
  /// Beyond the `integer`s.
  case large(UInt64)
  /// Of a float32 the double that has its shortest decimal: 1e-05, not 9.999999747378752e-06.
  case number(Double)
  case bool(Bool)
  case string(String)
  /// Longer than is kept.
  case longString(byteCount: UInt64)
  /// Written as JSON, where it is short enough to be kept.
  case array(count: UInt64, type: GGUFValueType, json: String?)

  /// As metadata have it: a long string or array only by its size, as in `[32000 strings]`.
  var text: String {
    switch self {
    case .integer(let value): String(value)
    case .large(let value): String(value)
    case .number(let value): JSONValue.double(value).text()
    case .bool(let value): String(value)
    case .string(let value): value
    case .longString(let count): "[\(count) bytes of text]"
    case .array(let count, let type, let json): json ?? "[\(count) \(type.plural)]"
    }
  }
}

extension GGUFCursor {
  /// The value of `key`, its type first.
  mutating func value(of key: String) throws -> GGUFValue {
    try value(of: key, type: type(of: key), depth: 0)
  }

  private mutating func type(of key: String) throws -> GGUFValueType {
    let number: UInt32 = try integer(.value(key: key))
    guard let type = GGUFValueType(rawValue: number) else {
      throw GGUFError.unknownValueType(key: key, type: number)
    }
    return type
  }

  private mutating func value(of key: String, type: GGUFValueType, depth: Int) throws -> GGUFValue {
    let part = GGUFPart.value(key: key)
    switch type {
    case .uint8: return .integer(Int64(try integer(part) as UInt8))
    case .int8: return .integer(Int64(try integer(part) as Int8))
    case .uint16: return .integer(Int64(try integer(part) as UInt16))
    case .int16: return .integer(Int64(try integer(part) as Int16))
    case .uint32: return .integer(Int64(try integer(part) as UInt32))
    case .int32: return .integer(Int64(try integer(part) as Int32))
    case .int64: return .integer(try integer(part))
    case .uint64:
      let value: UInt64 = try integer(part)
      return Int64(exactly: value).map { .integer($0) } ?? .large(value)
    case .float32:
      let value = Float(bitPattern: try integer(part))
      return .number(Double(value.description) ?? Double(value))
    case .float64: return .number(Double(bitPattern: try integer(part)))
    case .bool:
      let byte: UInt8 = try integer(part)
      guard byte <= 1 else { throw GGUFError.badBool(key: key, byte: byte) }
      return .bool(byte == 1)
    case .string:
      let length = try length(part)
      if length <= GGUFFormat.maximumStringByteCount { return .string(try text(length, part)) }
      try skip(length)
      return .longString(byteCount: length)
    case .array: return try array(of: key, depth: depth + 1)
    }
  }

  private mutating func array(of key: String, depth: Int) throws -> GGUFValue {
    let (type, count) = try arrayHead(of: key, depth: depth)
    if count <= GGUFFormat.maximumListCount {
      return .array(count: count, type: type, json: try list(of: key, type: type, count: count, depth: depth))
    }
    try skipElements(of: key, type: type, count: count, depth: depth)
    return .array(count: count, type: type, json: nil)
  }

  /// What comes before an array's elements.
  private mutating func arrayHead(of key: String, depth: Int) throws -> (type: GGUFValueType, count: UInt64) {
    guard depth <= GGUFFormat.maximumDepth else { throw GGUFError.arrayTooDeep(key: key) }
    let type = try type(of: key)
    let count: UInt64 = try integer(.value(key: key))
    guard canHold(count, of: type.minimumByteCount) else {
      throw GGUFError.arrayTooLong(key: key, count: count)
    }
    return (type, count)
  }

  /// - Returns: nil where the elements are longer than is kept, or no text.
  private mutating func list(
    of key: String, type: GGUFValueType, count: UInt64, depth: Int
  ) throws -> String? {
    var json = "["
    for index in 0..<count {
      guard let element = try element(of: key, type: type, depth: depth),
        json.utf8.count + element.utf8.count < GGUFFormat.maximumListByteCount - 1
      else {
        try skipElements(of: key, type: type, count: count - index - 1, depth: depth)
        return nil
      }
      json += index == 0 ? element : "," + element
    }
    return json + "]"
  }

  /// An element of a list as JSON. A token may be a part of a character, and so not UTF-8: nil.
  private mutating func element(of key: String, type: GGUFValueType, depth: Int) throws -> String? {
    if type == .string {
      let length = try length(.value(key: key))
      guard length <= GGUFFormat.maximumListByteCount else {
        try skip(length)
        return nil
      }
      return try validText(length, .value(key: key)).map { JSONValue.string($0).text() }
    }
    let value = try value(of: key, type: type, depth: depth)
    if case .array(_, _, let json) = value { return json }
    return value.text
  }

  private mutating func skipElements(of key: String, type: GGUFValueType, count: UInt64, depth: Int) throws {
    switch type {
    case .string: try skipStrings(count, .value(key: key))
    case .bool:
      if let byte = try skipBools(count, .value(key: key)) { throw GGUFError.badBool(key: key, byte: byte) }
    case .array:
      for _ in 0..<count {
        let inner = try arrayHead(of: key, depth: depth + 1)
        try skipElements(of: key, type: inner.type, count: inner.count, depth: depth + 1)
      }
    default: try skip(count * UInt64(type.minimumByteCount))
    }
  }
}
