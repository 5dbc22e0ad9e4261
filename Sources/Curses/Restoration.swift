import CNcurses

/// Giving the terminal back on every way out.
///
/// The only file that calls these functions of the shim: their state exists once for each file that does.
@MainActor
enum Restoration {
  /// Mouse reports and bracketed paste off, whoever switched them on.
  private static let standardBytes = "\u{1B}[?1002l\u{1B}[?1006l\u{1B}[?2004l"

  /// To be called before ncurses starts.
  /// - Returns: false where that is no terminal; then there is nothing to restore.
  @inline(never)
  static func noteModes(of descriptor: Int32) -> Bool { slotscope_note_modes(descriptor) }

  /// From here `exit` and a crash restore as well.
  /// - Parameter capabilities: the terminal's own strings for leaving the screen, cursor and attributes included.
  @inline(never)
  static func arm(capabilities: [String]) {
    let bytes = Array((standardBytes + capabilities.map(withoutPadding).joined()).utf8CString.dropLast())
    slotscope_arm(bytes, bytes.count)
  }

  @inline(never)
  static func disarm() { slotscope_disarm() }

  /// Until `heedKeys` the signals that Ctrl-C, Ctrl-\ and Ctrl-Z become are nothing to this process.
  @inline(never)
  static func ignoreKeys() { slotscope_ignore_keys() }

  @inline(never)
  static func heedKeys() { slotscope_heed_keys() }

  @inline(never)
  static func stopUntilContinued() { slotscope_stop_until_continued() }

  /// Terminfo's strings carry delays, `$<5>`, that only ncurses' own output carries out.
  nonisolated static func withoutPadding(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "$") {
      result += rest[..<start]
      rest = rest[start...]
      if rest.dropFirst().first == "<", let end = rest.firstIndex(of: ">") {
        rest = rest[rest.index(after: end)...]
      } else {
        result += "$"
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }
}
