import Foundation

/// The two forms of a moment in the index, both UTC: `2026-11-23 08:00:00` and `2026-11-23T08:00:00.123456`.
enum Timestamp {
  /// With microseconds and `T`.
  static func precise(_ date: Date = Date()) -> String {
    let microseconds = Int((date.timeIntervalSince1970 * 1_000_000).rounded(.down))
    let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return text(seconds, separator: "T") + "." + padded(fraction, 6)
  }

  /// To the second, with a space, as SQLite's CURRENT_TIMESTAMP.
  static func plain(_ date: Date = Date()) -> String {
    text(Int(date.timeIntervalSince1970.rounded(.down)), separator: " ")
  }

  /// nil where it is no moment. Lists ask for those of all their rows with every frame.
  static func date(_ text: String) -> Date? {
    var numbers: [Int] = []
    numbers.reserveCapacity(8)
    var isInNumber = false
    // Of the last number: 0.1 for one digit, 0.01 for two.
    var scale = 1.0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if !isInNumber {
          (isInNumber, scale) = (true, 1)
          numbers.append(0)
        }
        let (tens, isTooLarge) = numbers[numbers.count - 1].multipliedReportingOverflow(by: 10)
        if isTooLarge || tens > Int.max - 9 { return nil }
        numbers[numbers.count - 1] = tens + Int(byte - UInt8(ascii: "0"))
        scale /= 10
      case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "T"), UInt8(ascii: "."):
        isInNumber = false
      default: return nil
      }
    }
    guard numbers.count >= 6 else { return nil }
    var fields = tm()
    fields.tm_year = Int32(clamping: numbers[0] - 1900)
    fields.tm_mon = Int32(clamping: numbers[1] - 1)
    fields.tm_mday = Int32(clamping: numbers[2])
    fields.tm_hour = Int32(clamping: numbers[3])
    fields.tm_min = Int32(clamping: numbers[4])
    fields.tm_sec = Int32(clamping: numbers[5])
    let fraction = numbers.count == 7 ? Double(numbers[6]) * scale : 0
    return Date(timeIntervalSince1970: Double(timegm(&fields)) + fraction)
  }

  private static func text(_ seconds: Int, separator: String) -> String {
    var time = time_t(seconds)
    var fields = tm()
    gmtime_r(&time, &fields)
    let day = [Int(fields.tm_year) + 1900, Int(fields.tm_mon) + 1, Int(fields.tm_mday)]
    let clock = [Int(fields.tm_hour), Int(fields.tm_min), Int(fields.tm_sec)]
    return padded(day[0], 4) + "-" + padded(day[1], 2) + "-" + padded(day[2], 2) + separator
      + clock.map { padded($0, 2) }.joined(separator: ":")
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
