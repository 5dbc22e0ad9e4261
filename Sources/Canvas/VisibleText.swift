/// Text from outside made fit to be drawn: nothing in it is sent to the terminal as a command, nothing is invisible,
/// nothing reorders what stands around it.
///
/// - Control characters become their pictures (`␛`, `␊`), format characters (bidirectional marks, zero-width spaces,
///   tags) and unassigned ones their code (`⟨U+202E⟩`).
/// - A combining mark keeps to the character before it, at most three of them; a lone one gets a dotted circle.
/// - An emoji sequence becomes its first emoji, because terminals disagree about the width of the whole.
public enum VisibleText {
  /// What fills one cell, or two.
  struct Unit {
    var content: CellText
    var width: Int
  }

  /// Marks that one character may carry; more are left out.
  static let maximumMarks = 3

  /// The text made visible.
  /// - Parameter limit: the most columns returned; what is beyond is left out. Time does not grow with what is beyond.
  public static func sanitize(_ text: String, limit: Int = 4096) -> String {
    var result = ""
    var width = 0
    forEachUnit(of: bounded(text, columns: limit)) { unit in
      guard width + unit.width <= limit else { return false }
      width += unit.width
      result += unit.content.string
      return true
    }
    return result
  }

  /// The start of a text, long enough to fill that many columns whatever it is made of, unless it hides in marks.
  static func bounded(_ text: String, columns: Int) -> String {
    let scalars = scalarLimit(columns: columns)
    guard text.utf8.count > scalars else { return text }
    return String(text.unicodeScalars.prefix(scalars))
  }

  /// Room for several marks on every character; a text with more of them is cut early.
  static func scalarLimit(columns: Int) -> Int { 64 + 8 * min(max(0, columns), 1 << 20) }

  /// Calls `body` with one unit after the other until it returns false.
  static func forEachUnit(of text: String, _ body: (Unit) -> Bool) {
    if isPlain(text) {
      for byte in text.utf8 where !body(Unit(content: CellText(ascii: byte), width: 1)) { return }
      return
    }
    for character in text {
      for unit in units(of: character) where !body(unit) { return }
    }
  }

  /// Whether it is shown as it is, a column for each byte.
  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
  }

  private static func units(of character: Character) -> [Unit] {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return [] }
    let isSingle = scalars.index(after: scalars.startIndex) == scalars.endIndex
    if isSingle, isDrawing(first) || first.value >= 0x20 && first.value < 0x7F {
      return [Unit(content: CellText(first), width: 1)]
    }
    if isEmojiSequence(scalars, first: first) { return emoji(scalars, first: first) }
    var units: [Unit] = []
    var marks = 0
    for scalar in scalars {
      let width = isInvisible(scalar) ? -1 : TextWidth.of(scalar)
      switch width {
      case -1:
        if isVariationSelector(scalar), let base = scalars.first, base.value > 0xFF { continue }
        units += escaped(scalar)
        marks = maximumMarks
      case 0:
        if units.isEmpty {
          units.append(Unit(content: CellText("◌"), width: 1))
        } else if marks >= maximumMarks {
          continue
        }
        units[units.count - 1].content.append(scalar)
        marks += 1
      default:
        units.append(Unit(content: CellText(scalar), width: width))
        marks = 0
      }
    }
    return units
  }

  /// Lines, blocks and Braille's dots: one column each, and what screens are mostly made of.
  private static func isDrawing(_ scalar: Unicode.Scalar) -> Bool {
    (0x2500...0x259F).contains(scalar.value) || (0x2801...0x28FF).contains(scalar.value)
  }

  // MARK: - Emoji

  private static func isEmojiSequence(_ scalars: Character.UnicodeScalarView, first: Unicode.Scalar) -> Bool {
    guard first.value > 0xFF, first.properties.isEmoji else { return false }
    return scalars.dropFirst().allSatisfy {
      $0.value == 0x200D || isVariationSelector($0) || $0.properties.isEmoji
        || (0xE0020...0xE007F).contains($0.value)
    }
  }

  private static func emoji(_ scalars: Character.UnicodeScalarView, first: Unicode.Scalar) -> [Unit] {
    // A flag is two letters of one column each, which every terminal counts as two columns together.
    let isFlag = (0x1F1E6...0x1F1FF).contains(first.value)
    return scalars.prefix(isFlag ? 2 : 1).map { Unit(content: CellText($0), width: TextWidth.of($0)) }
  }

  private static func isVariationSelector(_ scalar: Unicode.Scalar) -> Bool {
    (0xFE00...0xFE0F).contains(scalar.value) || (0xE0100...0xE01EF).contains(scalar.value)
  }

  // MARK: - What would not be seen

  /// Letters and marks that show nothing, beyond control and format characters.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x2800, 0x3164, 0xFFA0: true
    default: isVariationSelector(scalar)
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> [Unit] {
    let value = scalar.value
    if value < 0x20, let picture = Unicode.Scalar(0x2400 + value) {
      return [Unit(content: CellText(picture), width: 1)]
    }
    if value == 0x7F { return [Unit(content: CellText("␡"), width: 1)] }
    let digits = String(value, radix: 16, uppercase: true)
    let code = "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟩"
    return code.unicodeScalars.map { Unit(content: CellText($0), width: 1) }
  }
}
