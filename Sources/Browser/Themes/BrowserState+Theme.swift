import Canvas

extension BrowserState {
  /// A terminal without colours has one theme, whichever was asked for.
  mutating func take(_ theme: ThemeName, _ glyphs: Glyphs) {
    let isStuck = theme == .mono && self.theme == .mono
    self.glyphs = glyphs
    self.theme = theme
    notice = Notice(
      text: isStuck ? "theme: mono; this terminal has no colours" : "theme: \(theme.rawValue)", isError: false
    )
  }
}
