import Canvas
import Testing

@Suite("Text from outside")
struct VisibleTextTests {
  @Test(
    "nothing that commands a terminal or hides stays as it is",
    arguments: [
      ("a\u{1B}[31mb", "a␛[31mb"),
      ("line\nnext\r\n\tend\u{0}\u{7F}", "line␊next␍␊␉end␀␡"),
      ("safe\u{202E}gpj", "safe⟨U+202E⟩gpj"),
      ("a\u{200B}b\u{FEFF}c\u{200D}d", "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+200D⟩d"),
      ("\u{9B}31m", "⟨U+009B⟩31m"),
      ("\u{E0041}x", "⟨U+E0041⟩x"),
      ("soft\u{AD}hyphen", "soft⟨U+00AD⟩hyphen"),
      ("a\u{2028}b\u{3164}", "a⟨U+2028⟩b⟨U+3164⟩"),
      ("a\u{FE0F}", "a⟨U+FE0F⟩"),
      ("\u{FFFF}\u{378}", "⟨U+FFFF⟩⟨U+0378⟩"),
    ])
  func madeVisible(text: String, visible: String) {
    #expect(VisibleText.sanitize(text) == visible)
  }

  @Test(
    "what people write stays as it is",
    arguments: ["gpt2", "模型-7B", "naïve", "e\u{301}te\u{301}", "한국어", "✓ ok", ""])
  func untouched(text: String) {
    #expect(VisibleText.sanitize(text) == text)
  }

  @Test("an emoji sequence becomes its first emoji, two columns wide", arguments: ["👩‍🚀", "👍🏽", "👨‍👩‍👧‍👦", "👩"])
  func emoji(text: String) {
    #expect(VisibleText.sanitize(text).unicodeScalars.count == 1)
    #expect(TextWidth.of(text) == 2)
  }

  @Test("a flag keeps both its letters")
  func flag() {
    #expect(VisibleText.sanitize("🇩🇪") == "🇩🇪")
    #expect(TextWidth.of("🇩🇪") == 2)
  }

  @Test("marks beyond three on one character are left out, and a lone mark gets a circle")
  func marks() {
    let many = "a" + String(repeating: "\u{301}", count: 50)
    #expect(VisibleText.sanitize(many).unicodeScalars.count == 4)
    #expect(VisibleText.sanitize("\u{301}x") == "◌\u{301}x")
  }

  @Test(
    "width counts columns",
    arguments: [
      ("abc", 3), ("模型", 4), ("e\u{301}", 1), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("ｱ", 1), ("Ａ", 2),
      ("🙂", 2),
      ("─", 1), ("█", 1), ("", 0), ("\n", 1),
    ])
  func width(text: String, columns: Int) {
    #expect(TextWidth.of(text) == columns)
  }

  @Test("a hundred thousand characters are cut without being looked at")
  func long() {
    let text = String(repeating: "\u{1B}模\u{301}", count: 100_000)
    #expect(TextWidth.of(VisibleText.sanitize(text)) == 4096)
    #expect(TextWidth.of(VisibleText.middleCut(text, width: 21)) <= 21)
    #expect(VisibleText.sanitize(text, limit: 3) == "␛模\u{301}")
  }

  @Test("one character of a hundred thousand marks takes one column")
  func oneLongCharacter() {
    let text = "a" + String(repeating: "\u{300}", count: 100_000)
    #expect(VisibleText.tailCut(text, width: 5) == "a\u{300}\u{300}\u{300}…")
  }

  @Test(
    "a long name is cut in the middle",
    arguments: [
      ("transformer.weight", 18, "transformer.weight"),
      ("transformer.weight", 11, "trans…eight"),
      ("transformer.weight", 10, "trans…ight"),
      ("模型模型模型", 7, "模…模型"),
      ("模型模型模型", 6, "模…型"),
      ("abcdef", 1, "…"),
      ("abcdef", 0, ""),
      ("abcdef", -3, ""),
      ("ab\u{1B}cdefgh", 5, "ab…gh"),
    ])
  func middleCut(text: String, width: Int, cut: String) {
    #expect(VisibleText.middleCut(text, width: width) == cut)
  }

  @Test(
    "a text is cut at its end",
    arguments: [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("abcdef", 0, "")])
  func tailCut(text: String, width: Int, cut: String) {
    #expect(VisibleText.tailCut(text, width: width) == cut)
  }

  @Test("a column is filled on the side that is asked for")
  func padded() {
    #expect(VisibleText.padded("模", width: 4) == "模  ")
    #expect(VisibleText.padded("7", width: 4, alignRight: true) == "   7")
    #expect(VisibleText.padded("abcdef", width: 5) == "ab…ef")
  }
}
