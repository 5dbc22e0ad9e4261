extension JSONValue {
  /// Parses a JSON text: RFC 8259 and nothing beside it but what `options` allow.
  ///
  /// - Throws: `JSONError` with the offset of the first fault.
  public init(
    parsing bytes: UnsafeRawBufferPointer, options: JSONOptions = JSONOptions()
  ) throws(JSONError) {
    var scanner = JSONScanner(bytes, options: options)
    self = try scanner.value()
    try scanner.expectEnd()
  }

  /// Parses a JSON text in a string.
  public init(parsing text: String, options: JSONOptions = JSONOptions()) throws(JSONError) {
    var text = text
    let result: Result<JSONValue, JSONError> = text.withUTF8 { utf8 in
      do throws(JSONError) {
        return .success(try JSONValue(parsing: UnsafeRawBufferPointer(utf8), options: options))
      } catch { return .failure(error) }
    }
    self = try result.get()
  }
}

extension JSONScanner {
  /// Takes the next value, whatever it is.
  package mutating func value() throws(JSONError) -> JSONValue { try value(depth: 0) }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    let first = try peek()
    switch first {
    case .openBrace: return .object(try members(depth: depth + 1))
    case .openBracket: return .array(try elements(depth: depth + 1))
    case .quote: return .string(try string())
    case UInt8(ascii: "t"):
      try word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "N"), UInt8(ascii: "I"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return .number(try number())
    default: throw JSONError(.unexpectedByte(first), at: position)
    }
  }

  private mutating func elements(depth: Int) throws(JSONError) -> [JSONValue] {
    try checkDepth(depth)
    try expect(.openBracket)
    var elements: [JSONValue] = []
    if try take(.closeBracket) { return elements }
    while true {
      elements.append(try value(depth: depth))
      if try take(.closeBracket) { return elements }
      try expect(.comma)
    }
  }

  private mutating func members(depth: Int) throws(JSONError) -> [JSONMember] {
    try checkDepth(depth)
    try expect(.openBrace)
    var members: [JSONMember] = []
    var names = UniqueNames()
    while let (name, offset) = try nextMember(isFirst: members.isEmpty) {
      if options.rejectsDuplicateNames, !names.insert(name) {
        throw JSONError(.duplicateName(name), at: offset)
      }
      members.append(JSONMember(name: name, value: try value(depth: depth)))
    }
    return members
  }

  private func checkDepth(_ depth: Int) throws(JSONError) {
    let limit = min(options.maximumDepth, JSONOptions.greatestDepth)
    if depth > limit { throw JSONError(.tooDeep(limit: limit), at: position) }
  }
}
