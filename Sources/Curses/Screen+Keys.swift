import CNcurses
import Canvas

/// What ncurses reports of the keyboard and the mouse.
enum Input: Equatable {
  case key(Key)
  /// The button or wheel; whether a click is a double one is not ncurses' to say here.
  case mouse(MouseEvent)
  case paste(String)
  /// ncurses has taken a new size by itself.
  case resize
  /// Something that has no meaning here.
  case nothing
}

extension Screen {
  /// Codes of our own above ncurses' (`KEY_MAX` is 0o777; entries of terminfo's own get numbers from there on).
  private static let pasteBegins: Int32 = 0x7000
  private static let pasteEnds: Int32 = 0x7001
  /// Characters of one paste that are kept.
  private static let pasteLimit = 1 << 16
  /// Bytes of a control sequence, beyond which it is none.
  private static let sequenceLimit = 32

  /// After an escape they begin a string: `P`, `X`, `]`, `^` and `_` (ECMA-48's DCS, SOS, OSC, PM and APC).
  private static let stringIntroducers: Set<wint_t> = [0x50, 0x58, 0x5D, 0x5E, 0x5F]
  /// Characters of a string, beyond which it is none.
  private static let stringLimit = 4096

  /// What terminals send beside what terminfo says of them: `tmux` has its own Home and End whatever `TERM` is, and some
  /// leave their arrows as they are when they are told to send the application's.
  private static let otherSequences: [(String, Int32)] = [
    ("\u{1B}[1~", KEY_HOME), ("\u{1B}[7~", KEY_HOME), ("\u{1B}[H", KEY_HOME), ("\u{1B}OH", KEY_HOME),
    ("\u{1B}[A", KEY_UP), ("\u{1B}[B", KEY_DOWN), ("\u{1B}[C", KEY_RIGHT), ("\u{1B}[D", KEY_LEFT),
    ("\u{1B}OA", KEY_UP), ("\u{1B}OB", KEY_DOWN), ("\u{1B}OC", KEY_RIGHT), ("\u{1B}OD", KEY_LEFT),
    ("\u{1B}[4~", KEY_END), ("\u{1B}[8~", KEY_END), ("\u{1B}[F", KEY_END), ("\u{1B}OF", KEY_END),
  ]

  func prepareInput() {
    // Raw rather than cbreak: Ctrl-C, Ctrl-Z, Ctrl-S and Ctrl-\ are keys like others, and the program decides.
    raw()
    noecho()
    nonl()
    set_escdelay(25)
    keypad(keyWindow, true)
    nodelay(keyWindow, true)
    define_key("\u{1B}[200~", Self.pasteBegins)
    define_key("\u{1B}[201~", Self.pasteEnds)
    for (sequence, key) in Self.otherSequences { define_key(sequence, key) }
    // ncurses gathers mouse reports that come together and forgets some; they are read here instead.
    define_key(nil, KEY_MOUSE)
  }

  /// The next of what has been typed; nil when nothing waits.
  func nextInput() -> Input? {
    var value: wint_t = 0
    switch wget_wch(keyWindow, &value) {
    case KEY_CODE_YES: return input(code: Int32(bitPattern: value))
    case OK: return input(scalar: value)
    default: return nil
    }
  }

  private func input(scalar value: wint_t) -> Input {
    guard let scalar = Unicode.Scalar(value) else { return .nothing }
    if paste != nil {
      if paste.map({ $0.utf8.count < Self.pasteLimit }) == true {
        paste?.unicodeScalars.append(scalar == "\r" ? "\n" : scalar)
      }
      return .nothing
    }
    if sequence != nil { return continueSequence(value) }
    if value == 27, beginsSequence() { return .nothing }
    return Self.key(scalar: scalar).map(Input.key) ?? .nothing
  }

  /// After an escape that ncurses knows no sequence for: whether a control sequence follows, which else would act as if
  /// it were typed.
  private func beginsSequence() -> Bool {
    var value: wint_t = 0
    switch wget_wch(keyWindow, &value) {
    case OK where value == 0x5B:
      sequence = []
      return true
    case OK where Self.stringIntroducers.contains(value) && skipString(): return true
    case OK: unget_wch(wchar_t(bitPattern: value))
    case KEY_CODE_YES: ungetch(Int32(bitPattern: value))
    default: break
    }
    return false
  }

  /// Leaves out a terminal's answer to what another program asked it (`ESC ] 11;rgb:…`, `ESC P …`): its letters would
  /// act as if they were typed. It comes in one piece, and what stands alone is a key with Alt held.
  /// - Returns: false where nothing followed, and nothing was left out.
  private func skipString() -> Bool {
    var value: wint_t = 0
    var count = 0
    var previous: wint_t = 0
    while count < Self.stringLimit {
      switch wget_wch(keyWindow, &value) {
      case OK: break
      case KEY_CODE_YES:
        ungetch(Int32(bitPattern: value))
        return true
      default: return count > 0
      }
      count += 1
      let isEnd = value == 0x07 || value == 0x9C || (previous == 0x1B && value == 0x5C)
      if isEnd { return true }
      previous = value
    }
    return true
  }

  /// The rest of a sequence may come later, so it is kept between calls.
  private func continueSequence(_ value: wint_t) -> Input {
    guard let byte = UInt8(exactly: value), var bytes = sequence, bytes.count < Self.sequenceLimit else {
      sequence = nil
      return .nothing
    }
    bytes.append(byte)
    guard MouseReport.isComplete(bytes) else {
      sequence = bytes
      return .nothing
    }
    sequence = nil
    return MouseReport.event(bytes).map(Input.mouse) ?? .nothing
  }

  static func key(scalar: Unicode.Scalar) -> Key? {
    switch scalar.value {
    case 0: return .ctrl(" ")
    case 8, 127: return .backspace
    case 9: return .tab
    case 10, 13: return .enter
    case 27: return .escape
    case 1...26: return Unicode.Scalar(scalar.value + 0x60).map { .ctrl(Character($0)) }
    case 28...31: return Unicode.Scalar(scalar.value + 0x40).map { .ctrl(Character($0)) }
    case 0x80...0x9F: return nil
    default: return .character(Character(scalar))
    }
  }

  private func input(code: Int32) -> Input {
    switch code {
    case Self.pasteBegins:
      paste = ""
      return .nothing
    case Self.pasteEnds:
      defer { paste = nil }
      return paste.map(Input.paste) ?? .nothing
    case KEY_RESIZE: return .resize
    default: return Self.key(code: code).map(Input.key) ?? .nothing
    }
  }

  /// Shifted arrows act as plain ones; the corners of the numeric keypad as the keys that are printed on them.
  static func key(code: Int32) -> Key? {
    switch code {
    case KEY_UP, KEY_SR: .up
    case KEY_DOWN, KEY_SF: .down
    case KEY_LEFT, KEY_SLEFT: .left
    case KEY_RIGHT, KEY_SRIGHT: .right
    case KEY_HOME, KEY_A1, KEY_SHOME: .home
    case KEY_END, KEY_C1, KEY_SEND: .end
    case KEY_PPAGE, KEY_A3: .pageUp
    case KEY_NPAGE, KEY_C3: .pageDown
    case KEY_ENTER: .enter
    case KEY_BTAB: .backTab
    case KEY_BACKSPACE: .backspace
    case KEY_DC: .deleteForward
    case KEY_IC: .insert
    case (KEY_F0 + 1)...(KEY_F0 + 24): .function(Int(code - KEY_F0))
    default: nil
    }
  }
}
