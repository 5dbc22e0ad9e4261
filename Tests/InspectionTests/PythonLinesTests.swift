import Testing

@testable import Inspection

@Suite("Python literals")
struct PythonLinesTests {
  @Test(
    "quotes, backslashes and what can't be seen are escaped",
    arguments: [
      ("/models/a.npy", #""/models/a.npy""#), (#"a"b\c'd"#, #""a\"b\\c'd""#), ("a\u{1B}\n", #""a\x1b\n""#),
      ("größe 模型", #""größe 模型""#), ("a\u{202E}b\u{A0}", #""a\u202eb\xa0""#), ("\u{E0041}", #""\U000e0041""#),
    ])
  func literals(_ text: String, _ literal: String) {
    #expect(PythonLines.literal(text) == literal.replacing(#"\n""#, with: #"\x0a""#))
  }
}
