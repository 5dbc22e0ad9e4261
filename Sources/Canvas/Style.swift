/// What a piece of text means; which colour that is, the theme and the terminal decide.
public enum Role: UInt8, Sendable, Hashable, CaseIterable {
  /// The terminal's own colours.
  case plain
  /// Labels and other text that may recede; readable on light and dark.
  case dim
  /// The one accent: what is selected or has focus.
  case accent
  /// An intact state.
  case good
  /// A state that wants attention.
  case warning
  /// A damaged or failed state.
  case bad
  /// Lines around and between panes.
  case border
}

/// How a cell is drawn, in meanings rather than colours.
public struct Style: Sendable, Hashable {
  public var role: Role
  public var bold: Bool
  public var underline: Bool
  /// Foreground and background exchanged.
  public var reverse: Bool
  /// Whether the cell lies in the selected row: its role's colour on the selection's background, or reverse where
  /// there are few colours or none.
  public var selected: Bool
  /// The colours of a picture of values, which then stand instead of the role's.
  public var heat: Heat?

  public init(
    _ role: Role = .plain, bold: Bool = false, underline: Bool = false, reverse: Bool = false,
    selected: Bool = false, heat: Heat? = nil
  ) {
    self.role = role
    self.bold = bold
    self.underline = underline
    self.reverse = reverse
    self.selected = selected
    self.heat = heat
  }

  public static let plain = Style()
  public static let dim = Style(.dim)
  public static let accent = Style(.accent)
  public static let good = Style(.good)
  public static let warning = Style(.warning)
  public static let bad = Style(.bad)
  public static let border = Style(.border)
  /// The one number or name that matters.
  public static let strong = Style(.plain, bold: true)
  /// The title of a pane without focus.
  public static let title = Style(.plain)
  /// The title of the pane that has focus.
  public static let focusedTitle = Style(.accent, bold: true)
  /// Plain text in the selected row.
  public static let selection = Style(.plain, selected: true)

  /// The same in bold.
  public var bolded: Style { changed { $0.bold = true } }
  /// The same in the selected row.
  public var onSelection: Style { changed { $0.selected = true } }
  /// The same with foreground and background exchanged.
  public var reversed: Style { changed { $0.reverse = true } }
  /// The same, underlined.
  public var underlined: Style { changed { $0.underline = true } }

  private func changed(_ change: (inout Style) -> Void) -> Style {
    var style = self
    change(&style)
    return style
  }
}

/// A piece of text in one style.
public struct Span: Sendable, Hashable {
  public var text: String
  public var style: Style

  public init(_ text: String, _ style: Style = .plain) {
    self.text = text
    self.style = style
  }
}
