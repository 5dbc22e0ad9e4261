import CNcurses

/// Which characters the terminal shows, by the locale.
enum CharacterSet {
  /// Sets the locale for ncurses, and tells whether the terminal shows ASCII alone.
  ///
  /// ncurses draws and reads UTF-8 in a UTF-8 locale only, so where the user's is another, `C.UTF-8` stands in; what is
  /// drawn then is ASCII, which every terminal shows. A locale that is named but not installed, as often in containers,
  /// is taken at its name.
  static func prepareLocale() -> (usesASCII: Bool, codeset: String) {
    let isInstalled = setlocale(LC_CTYPE, "") != nil
    let codeset =
      isInstalled
      ? String(cString: nl_langinfo(Int32(CODESET)))
      : Self.codeset(ofLocaleNamed: Environment.localeName)
    let isUnicode = isUTF8(codeset)
    if !isInstalled || !isUnicode { setlocale(LC_CTYPE, "C.UTF-8") }
    return (!isUnicode, codeset)
  }

  static func isUTF8(_ codeset: String) -> Bool {
    codeset.filter { $0.isLetter || $0.isNumber }.lowercased() == "utf8"
  }

  /// `UTF-8` of `de_DE.UTF-8@euro`; empty where the name has none.
  static func codeset(ofLocaleNamed name: String) -> String {
    guard let dot = name.firstIndex(of: ".") else { return "" }
    return String(name[name.index(after: dot)...].prefix { $0 != "@" })
  }
}

enum Environment {
  static subscript(name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The locale for characters, by POSIX's order.
  static var localeName: String {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = self[name], !value.isEmpty { return value }
    }
    return ""
  }
}
