import Testing

@testable import StrictJSON

@Suite struct JSONValueTests {
  @Test("what is written can be read again and has no spaces")
  func text() throws {
    let value: JSONValue = ["b": [1, 2.5, true, nil], "a": ["c": "x\"\\\n\t\u{e9}", "": []]]
    let text = value.text()
    #expect(text == #"{"b":[1,2.5,true,null],"a":{"c":"x\"\\\n\t"# + "\u{e9}" + #"","":[]}}"#)
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test("control characters and bidi marks are written as escapes")
  func escapes() throws {
    let value = JSONValue.string("\u{0}\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{2066}\u{1f600}")
    #expect(value.text() == #""\u0000\u001b[2J\u007f\u009b\u202e\u2066"# + "\u{1f600}\"")
    #expect(try JSONValue(parsing: value.text()) == value)
  }

  @Test("numbers that are not finite are written as Python does, or as null")
  func nonFinite() {
    let value: JSONValue = [.double(.nan), .double(.infinity), .double(-.infinity), .double(0.1), "NaN"]
    #expect(value.text() == #"[NaN,Infinity,-Infinity,0.1,"NaN"]"#)
    #expect(value.text(nonFiniteAs: .null) == #"[null,null,null,0.1,"NaN"]"#)
  }

  @Test("an integer is what was written as one and fits")
  func integers() {
    #expect(JSONValue.number("42").asInt == 42)
    #expect(JSONValue.number("-0").asInt == 0)
    #expect(JSONValue.number("9223372036854775807").asInt == .max)
    for literal in ["1.0", "1e3", "9223372036854775808", "NaN"] {
      #expect(JSONValue.number(literal).asInt == nil)
    }
    #expect(JSONValue.string("42").asInt == nil)
    #expect(JSONValue.integer(UInt64.max) == .number("18446744073709551615"))
  }

  @Test("doubles are the nearest, and not finite where the text says so")
  func doubles() {
    #expect(JSONValue.number("0.1").asDouble == 0.1)
    #expect(JSONValue.number("1e999").asDouble == .infinity)
    #expect(JSONValue.number("-Infinity").asDouble == -.infinity)
    #expect(JSONValue.number("NaN").asDouble?.isNaN == true)
    #expect(JSONValue.double(1e-5).asDouble == 1e-5)
    #expect(JSONValue.bool(true).asDouble == nil)
  }

  @Test("an accessor of another kind gives nil")
  func kinds() {
    let object: JSONValue = ["a": true, "b": "text", "c": [1]]
    #expect(object["a"]?.asBool == true)
    #expect(object["b"]?.asString == "text")
    #expect(object["c"]?.asArray == [1])
    #expect(object["d"] == nil)
    #expect(object.asObject?.count == 3)
    #expect(object["a"]?.asString == nil)
    #expect(object["b"]?.asArray == nil)
    #expect(object["b"]?["a"] == nil)
    #expect(object.asBool == nil)
    #expect(JSONValue.null.isNull)
  }

  @Test("an error says what and where in one line")
  func errors() {
    #expect(JSONError(.unexpectedByte(0x5d), at: 3).description == "unexpected ']' in the JSON at byte 3")
    #expect(
      JSONError(.controlCharacter(7), at: 1).description
        == "a control character (byte 0x07) in a JSON string at byte 1")
    #expect(
      JSONError(.duplicateName("a\n"), at: 9).description
        == #"the name "a\n" occurs twice in a JSON object at byte 9"#)
  }
}
