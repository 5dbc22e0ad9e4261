import Testing

@testable import StrictJSON

@Suite struct JSONParsingTests {
  @Test("a text with everything in it keeps order, literals and strings")
  func everything() throws {
    let value = try JSONValue(
      parsing:
        " { \"b\" : [1, -0.50e+3 ,true,false, null], \"a\\n\":\"h\u{e9}\u{1f600}\", \"\":{}, \"c\":[] }\n")
    #expect(
      value
        == .object([
          JSONMember(name: "b", value: [1, .number("-0.50e+3"), true, false, nil]),
          JSONMember(name: "a\n", value: "h\u{e9}\u{1f600}"), JSONMember(name: "", value: [:]),
          JSONMember(name: "c", value: []),
        ]))
  }

  @Test("every escape stands for its character")
  func escapes() throws {
    // Not arguments of the test: the log would print the control characters.
    let cases = [
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "A\u{e9}\u{20ac}"),
      (#""x\ud83d\ude00y""#, "x\u{1f600}y"), (#""\u0000""#, "\0"), (#""é\né""#, "é\né"),
    ]
    for (text, expected) in cases { #expect(try JSONValue(parsing: text).asString == expected) }
  }

  @Test(
    "numbers keep their literal",
    arguments: ["0", "-0", "7", "1234567890123456789012345", "0.1", "1e5", "1E-5", "-1.25e+10"])
  func numbers(literal: String) throws {
    #expect(try JSONValue(parsing: literal) == .number(literal))
    #expect(try JSONValue(parsing: "[\(literal)]") == .array([.number(literal)]))
  }

  @Test(
    "each fault has its own error and its offset",
    arguments: [
      ("", JSONError(.unexpectedEnd, at: 0)), ("  ", JSONError(.unexpectedEnd, at: 2)),
      ("[1", JSONError(.unexpectedEnd, at: 2)), ("{\"a\"", JSONError(.unexpectedEnd, at: 4)),
      ("\"abc", JSONError(.unexpectedEnd, at: 4)), ("\"a\\", JSONError(.unexpectedEnd, at: 3)),
      ("\"\\n", JSONError(.unexpectedEnd, at: 3)), ("\"\\u00", JSONError(.unexpectedEnd, at: 5)),
      ("tru", JSONError(.unexpectedEnd, at: 3)), ("-", JSONError(.unexpectedEnd, at: 1)),
      ("nulL", JSONError(.unexpectedByte(0x4c), at: 3)), ("[1,]", JSONError(.unexpectedByte(0x5d), at: 3)),
      ("[1 2]", JSONError(.unexpectedByte(0x32), at: 3)), ("[,1]", JSONError(.unexpectedByte(0x2c), at: 1)),
      ("{\"a\":1,}", JSONError(.unexpectedByte(0x7d), at: 7)),
      ("{a:1}", JSONError(.unexpectedByte(0x61), at: 1)),
      ("{\"a\" 1}", JSONError(.unexpectedByte(0x31), at: 5)),
      ("'a'", JSONError(.unexpectedByte(0x27), at: 0)), ("+1", JSONError(.unexpectedByte(0x2b), at: 0)),
      (".5", JSONError(.unexpectedByte(0x2e), at: 0)), ("\u{feff}1", JSONError(.unexpectedByte(0xef), at: 0)),
      ("\u{a0}1", JSONError(.unexpectedByte(0xc2), at: 0)), ("// 1", JSONError(.unexpectedByte(0x2f), at: 0)),
      ("1 2", JSONError(.trailingBytes, at: 2)), ("{}}", JSONError(.trailingBytes, at: 2)),
      ("01", JSONError(.leadingZero, at: 0)),
      ("[-01]", JSONError(.leadingZero, at: 1)), ("1.", JSONError(.unexpectedEnd, at: 2)),
      ("[1.]", JSONError(.invalidNumber, at: 1)), ("[1.e5]", JSONError(.invalidNumber, at: 1)),
      ("[1e]", JSONError(.invalidNumber, at: 1)), ("[1e+]", JSONError(.invalidNumber, at: 1)),
      ("[-x]", JSONError(.invalidNumber, at: 1)), ("0x10", JSONError(.trailingBytes, at: 1)),
      ("NaN", JSONError(.nonFiniteNumber, at: 0)), ("[-Infinity]", JSONError(.nonFiniteNumber, at: 1)),
      ("\"a\u{1}\"", JSONError(.controlCharacter(1), at: 2)),
      ("\"\n\"", JSONError(.controlCharacter(10), at: 1)),
      ("\"\\t\t\"", JSONError(.controlCharacter(9), at: 3)), ("\"\\x41\"", JSONError(.invalidEscape, at: 1)),
      ("\"\\u00g0\"", JSONError(.invalidEscape, at: 1)), ("\"\\ud800\"", JSONError(.loneSurrogate, at: 1)),
      ("\"\\udc00\"", JSONError(.loneSurrogate, at: 1)), ("\"\\ud800\\n\"", JSONError(.loneSurrogate, at: 1)),
      ("\"\\ud800\\ud800\"", JSONError(.loneSurrogate, at: 1)),
      ("{\"a\":1,\"b\":2,\"a\":3}", JSONError(.duplicateName("a"), at: 13)),
      ("[{\"\\u0061\":1, \"a\":3}]", JSONError(.duplicateName("a"), at: 14)),
    ])
  func faults(text: String, expected: JSONError) {
    #expect(throws: expected) { try JSONValue(parsing: text) }
  }

  @Test(
    "what is not UTF-8 is refused where it starts",
    arguments: [
      ([0x22, 0x61, 0xff, 0x22], 2), ([0x22, 0xc0, 0x80, 0x22], 1), ([0x22, 0xed, 0xa0, 0x80, 0x22], 1),
      ([0x22, 0xc3, 0xa9, 0xe2, 0x82, 0x22], 3), ([0x22, 0x5c, 0x6e, 0xf5, 0x22], 3),
      ([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1),
    ] as [([UInt8], Int)])
  func invalidUTF8(bytes: [UInt8], offset: Int) {
    let error = #expect(throws: JSONError.self) {
      try bytes.withUnsafeBytes { try JSONValue(parsing: $0) }
    }
    #expect(error == JSONError(.invalidUTF8, at: offset))
  }

  @Test("a zero byte after the value is no end of the text")
  func zeroByte() {
    #expect(throws: JSONError(.trailingBytes, at: 1)) { try JSONValue(parsing: "1\0") }
  }

  @Test("NaN and infinities are numbers where they are allowed")
  func nonFinite() throws {
    let options = JSONOptions(allowsNonFiniteNumbers: true)
    let value = try JSONValue(parsing: "[NaN,Infinity,-Infinity,-1]", options: options)
    #expect(value == [.number("NaN"), .number("Infinity"), .number("-Infinity"), .number("-1")])
    #expect(throws: JSONError(.unexpectedByte(0x75), at: 1)) {
      try JSONValue(parsing: "Nul", options: options)
    }
    #expect(throws: JSONError(.trailingBytes, at: 3)) { try JSONValue(parsing: "NaN5", options: options) }
  }

  @Test("duplicates are kept where they are allowed, and names differ byte by byte")
  func duplicates() throws {
    let value = try JSONValue(
      parsing: #"{"a":1,"a":2}"#, options: JSONOptions(rejectsDuplicateNames: false))
    #expect(value.asObject?.map(\.value) == [1, 2])
    let accents = try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}")
    #expect(accents["\u{e9}"] == 1)
    #expect(accents["e\u{301}"] == 2)
  }

  @Test("nesting is limited, and never overflows the stack")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try JSONValue(parsing: nested(64)).asArray?.count == 1)
    #expect(throws: JSONError(.tooDeep(limit: 64), at: 64)) { try JSONValue(parsing: nested(65)) }
    let unlimited = JSONOptions(maximumDepth: .max)
    _ = try JSONValue(parsing: nested(512), options: unlimited)
    #expect(throws: JSONError(.tooDeep(limit: 512), at: 512)) {
      try JSONValue(parsing: nested(1_000_000), options: unlimited)
    }
    let objects = String(repeating: "{\"a\":", count: 100_000)
    #expect(throws: JSONError(.tooDeep(limit: 64), at: 320)) { try JSONValue(parsing: objects) }
  }

  @Test("no truncation or single changed byte of a text crashes the parser")
  func mutations() throws {
    let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",null,true],"b":{"c":"é","d":NaN}}"#.utf8)
    let options = JSONOptions(allowsNonFiniteNumbers: true)
    for count in 0..<text.count {
      #expect(throws: JSONError.self) {
        try text[..<count].withUnsafeBytes { try JSONValue(parsing: $0, options: options) }
      }
    }
    for index in text.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = text
        changed[index] = byte
        changed.withUnsafeBytes { bytes in
          let value = try? JSONValue(parsing: bytes, options: options)
          guard let value else { return }
          #expect((try? JSONValue(parsing: value.text(), options: options)) == value)
        }
      }
    }
  }
}
