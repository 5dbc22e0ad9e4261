/// Which colours things have.
public enum ThemeName: String, Sendable, Hashable, CaseIterable {
  /// Readable on light and on dark: the terminal's own background and text, whatever they are.
  case auto
  /// For a dark background, which stays the terminal's own.
  case dark
  /// For a light background, which stays the terminal's own.
  case light
  /// Bright on black, and reversed where it matters.
  case highContrast = "high-contrast"
  /// Bold, dim, underlined and reversed alone.
  case mono

  /// The one after it; after the last the first.
  public var next: ThemeName {
    let all = Self.allCases
    return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }
}
