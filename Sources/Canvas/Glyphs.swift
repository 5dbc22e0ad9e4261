/// The characters that pictures are made of, for terminals with Unicode and for those with ASCII alone.
///
/// Single-column all of them, except the key names and `arrow`, `plusMinus` and `infinity` in ASCII.
public struct Glyphs: Sendable, Hashable {
  public let isASCII: Bool
  /// Whether there are colours enough to paint values with (`Heat`); else shades stand for them.
  public private(set) var paintsHeat = false

  // Borders.
  public let horizontal, vertical: String
  public let topLeft, topRight, bottomLeft, bottomRight: String
  public let teeLeft, teeRight, teeTop, teeBottom: String
  /// Corners of an axis below bars; never rounded.
  public let axisLeft, axisRight: String
  /// Where a value is written at an axis: below bars, and left of them.
  public let tickBelow, tickLeft: String
  /// Points at a bar from below; and what leads from there up to it.
  public let pointer, guide: String
  /// A cell full of dots, and a piece of a line of them: what `Canvas.dots` draws.
  public let dots, dottedLine: String

  // Bars.
  /// Nine heights of a bar within one cell, from none to full.
  public let rising: [String]
  /// Nine lengths of a bar within one cell, from none to full.
  public let growing: [String]
  /// What of a progress bar is still to do.
  public let track: String
  /// What the one behind of two histograms over each other has alone, and what both have.
  public let behind, both: String
  /// Five shades from nothing to full.
  public let shades: [String]

  // States.
  public let verified, written, unverified, damaged: String
  public let running: String

  // A picture of values.
  /// Shades from nothing to full, as many as there are.
  public let heatShades: [String]
  /// Half of a cell, the other one being paper.
  public let upperHalf, lowerHalf: String
  public let crosshair: String
  /// Values that are not finite.
  public let notANumber, infinite: String

  // Signs.
  public let ellipsis, cursor, separator, breadcrumb: String
  public let up, down, folded, unfolded, previous, next: String
  public let arrow, times, plusMinus, infinity: String
  public let enterKey: String

  public static let unicode = Glyphs(
    isASCII: false,
    horizontal: "─", vertical: "│",
    topLeft: "╭", topRight: "╮", bottomLeft: "╰", bottomRight: "╯",
    teeLeft: "├", teeRight: "┤", teeTop: "┬", teeBottom: "┴",
    axisLeft: "└", axisRight: "┘", tickBelow: "┬", tickLeft: "┤", pointer: "▲", guide: "┊",
    dots: "⣿", dottedLine: "⠒",
    rising: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    growing: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    track: "░", behind: "▒", both: "▓", shades: [" ", "░", "▒", "▓", "█"],
    verified: "✓", written: "·", unverified: "?", damaged: "✗", running: "▶",
    heatShades: [" ", "░", "▒", "▓", "█"],
    upperHalf: "▀", lowerHalf: "▄", crosshair: "┼", notANumber: "N", infinite: "∞",
    ellipsis: "…", cursor: "▌", separator: "·", breadcrumb: "›",
    up: "↑", down: "↓", folded: "▸", unfolded: "▾", previous: "‹", next: "›",
    arrow: "→", times: "×", plusMinus: "±", infinity: "∞",
    enterKey: "⏎")

  public static let ascii = Glyphs(
    isASCII: true,
    horizontal: "-", vertical: "|",
    topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+",
    teeLeft: "+", teeRight: "+", teeTop: "+", teeBottom: "+",
    axisLeft: "+", axisRight: "+", tickBelow: "+", tickLeft: "+", pointer: "^", guide: "|",
    dots: "#", dottedLine: "%",
    rising: [" ", ".", ".", ".", ":", ":", "#", "#", "#"],
    growing: [" ", " ", " ", " ", "#", "#", "#", "#", "#"],
    track: "-", behind: "/", both: "%", shades: [" ", ".", ":", "*", "#"],
    verified: "v", written: ".", unverified: "?", damaged: "x", running: ">",
    heatShades: [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"],
    upperHalf: " ", lowerHalf: " ", crosshair: "X", notANumber: "N", infinite: "I",
    ellipsis: "~", cursor: ">", separator: "-", breadcrumb: ">",
    up: "^", down: "v", folded: "+", unfolded: "-", previous: "<", next: ">",
    arrow: "->", times: "x", plusMinus: "+-", infinity: "Inf",
    enterKey: "Enter")

  /// The same for a terminal with 256 colours.
  public var paintingHeat: Glyphs {
    var glyphs = self
    glyphs.paintsHeat = true
    return glyphs
  }

  /// The shade for a share between 0 and 1 of what there is.
  public func shade(_ share: Double) -> String {
    let top = Double(heatShades.count - 1)
    return heatShades[share > 0 ? Int((min(1, share) * top).rounded()) : 0]
  }

  /// A histogram in one row of text.
  /// - Parameter heights: between 0 and 1, one column each; whatever is above 0 shows at least the lowest bar.
  public func sparkline(_ heights: [Double]) -> String {
    heights.map { rising[BarLevel.eighths(of: $0, cells: 1)] }.joined()
  }

  /// What stands for a cell on a terminal that has ASCII alone: the nearest ASCII sign, else a question mark, as wide
  /// as the cell.
  public static func asciiSubstitute(for text: String, width: Int) -> String {
    if let sign = asciiSigns[text] { return sign }
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    return String(repeating: "?", count: width)
  }

  private static let asciiSigns: [String: String] = {
    var signs = [
      "×": "x", "→": ">", "←": "<", "±": "+", "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'",
      "“": "\"", "”": "\"", "⟨": "<", "⟩": ">", "⏎": "^", "◌": "o", "∙": ".", "•": "*", "≥": ">", "≤": "<",
      "≈": "~", "σ": "s", "μ": "u", "µ": "u", "┌": "+", "┐": "+", "┼": "X", "∞": "I", "\u{A0}": " ",
    ]
    for (rich, plain) in zip(unicode.singles, ascii.singles) where plain.utf8.count == 1 {
      signs[rich] = plain
    }
    // Control pictures: the caret says at least that something stands here.
    for code in 0x2400...0x2421 {
      if let scalar = Unicode.Scalar(code) { signs[String(scalar)] = "^" }
    }
    return signs
  }()

  private var singles: [String] {
    [
      horizontal, vertical, topLeft, topRight, bottomLeft, bottomRight, teeLeft, teeRight, teeTop, teeBottom,
      axisLeft, axisRight, tickBelow, tickLeft, pointer, guide, dots, dottedLine, verified, written, damaged,
      running, ellipsis,
      cursor, breadcrumb, up, down,
      folded, unfolded, previous, times,
    ] + Array(rising.dropFirst()) + Array(growing.dropFirst()) + shades.dropFirst()
  }
}
