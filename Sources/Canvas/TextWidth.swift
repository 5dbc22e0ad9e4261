/// How many terminal columns text takes, by the scalar, as `wcwidth` counts and terminals draw it.
///
/// Text is measured as it is shown (see `VisibleText`), so an emoji sequence is as wide as its first emoji, and a
/// control character as its picture.
public enum TextWidth {
  /// Columns of a whole text.
  public static func of(_ text: String) -> Int {
    if VisibleText.isPlain(text) { return text.utf8.count }
    var width = 0
    VisibleText.forEachUnit(of: text) { unit in
      width += unit.width
      return true
    }
    return width
  }

  /// Columns of one character; at least 1, since a lone combining mark is shown on a dotted circle.
  public static func of(_ character: Character) -> Int { of(String(character)) }

  /// Columns of one scalar: 0 for combining marks, 2 for East Asian wide and emoji, 1 for the rest. Control and format
  /// characters have no width of their own: -1.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return isBelow0x300Shown(value) ? 1 : -1 }
    // Medial vowels and final consonants of Korean syllables join the consonant before them.
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FB).contains(value) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    case .control, .format, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: return -1
    default: return value >= 0x1100 && isWide(value) ? 2 : 1
    }
  }

  private static func isBelow0x300Shown(_ value: UInt32) -> Bool {
    value >= 0x20 && value < 0x7F || value >= 0xA0 && value != 0xAD
  }

  /// Binary search in `wideRanges`.
  private static func isWide(_ value: UInt32) -> Bool {
    var low = 0
    var high = wideRanges.count
    while low < high {
      let middle = (low + high) / 2
      let range = wideRanges[middle]
      if value < range.lowerBound {
        high = middle
      } else if value > range.upperBound {
        low = middle + 1
      } else {
        return true
      }
    }
    return false
  }
}
