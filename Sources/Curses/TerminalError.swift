/// Why the browser cannot use the terminal.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
  /// Standard input or output is a file, a pipe or nothing.
  case notATerminal
  /// `TERM` is not set.
  case unnamedTerminal
  /// The terminfo database has no entry of that name.
  case unknownTerminal(String)
  /// The terminal cannot move its cursor.
  case incapableTerminal(String)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .notATerminal:
      "the browser needs a terminal; use `slotscope list` in scripts"
    case .unnamedTerminal:
      "TERM is not set, so the terminal is unknown; try TERM=xterm-256color"
    case .unknownTerminal(let name):
      "the terminal “\(name)” (TERM) is unknown here; try TERM=xterm-256color, or install ncurses-term"
    case .incapableTerminal(let name):
      "the terminal “\(name)” (TERM) cannot place its cursor; try TERM=xterm-256color"
    }
  }
}
