/// Something that a terminal reports.
public enum TerminalEvent: Sendable, Hashable {
  case key(Key)
  /// Text that was pasted, as it came; made visible only when it is drawn.
  case paste(String)
  /// The window has a new size, in columns and rows.
  case resize(width: Int, height: Int)
  /// The program was stopped and goes on, or the window was resized there and back: whatever the screen shows, it must be
  /// drawn anew.
  case resumed
  /// Somebody asks the program to end; the number of the signal.
  case terminate(signal: Int32)
  /// The terminal is gone: nothing can be shown or read any more.
  case hangUp
}
