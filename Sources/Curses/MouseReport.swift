import Canvas

/// Reports of the mouse as xterm and all after it send them, without the `ESC [` before them.
///
/// In the form asked for (1006) `<button;column;rowM`, with `m` for a release; in the older one, of terminals that don't
/// know it, `M` and three characters, each 32 above its value. Columns and rows count from 1. Button 0 is the left one,
/// 64 and 65 are the wheel; 4, 8 and 16 are added for Shift, Alt and Ctrl, 32 for motion. In the older form a release is
/// button 3, whichever it was.
/// Source: XTerm Control Sequences, "Mouse Tracking".
enum MouseReport {
  /// Whether a control sequence has ended, a mouse report or another.
  static func isComplete(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, let last = bytes.last else { return false }
    if first == UInt8(ascii: "M") { return bytes.count == 4 }
    return (0x40...0x7E).contains(last)
  }

  /// What a complete sequence reports; nil if that is nothing of interest or it is no report.
  static func event(_ bytes: [UInt8]) -> MouseEvent? {
    if bytes.first == UInt8(ascii: "M"), bytes.count == 4 {
      return event(bytes.dropFirst().map { Int($0) - 32 }, isRelease: false)
    }
    let isRelease = bytes.last == UInt8(ascii: "m")
    guard bytes.first == UInt8(ascii: "<"), bytes.last == UInt8(ascii: "M") || isRelease else { return nil }
    let text = String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
    return event(
      text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? -1 },
      isRelease: isRelease)
  }

  private static func event(_ values: [Int], isRelease: Bool) -> MouseEvent? {
    guard values.count == 3, values[0] >= 0, values[1] > 0, values[2] > 0 else { return nil }
    let kind: MouseEvent.Kind
    switch values[0] & ~(4 | 8 | 16) {
    case 0: kind = isRelease ? .release : .click
    case 3: kind = .release
    case 32: kind = .drag
    case 64 where !isRelease: kind = .wheelUp
    case 65 where !isRelease: kind = .wheelDown
    default: return nil
    }
    return MouseEvent(kind, x: values[1] - 1, y: values[2] - 1)
  }
}
