import Foundation

/// What the status line has said in this session, and when.
struct MessageLog: Sendable {
  struct Entry: Sendable, Equatable {
    var time: Date
    var notice: Notice
  }

  /// The last of them, oldest first.
  private(set) var entries: [Entry] = []
  /// How many of all of them told of something that failed.
  private(set) var errorCount = 0

  private static let kept = 1000

  mutating func add(_ notice: Notice, at time: Date) {
    if notice.isError { errorCount += 1 }
    entries.append(Entry(time: time, notice: notice))
    if entries.count > Self.kept + Self.kept / 4 { entries.removeFirst(entries.count - Self.kept) }
  }
}

extension BrowserState {
  /// Shows what has failed and what else was said, the last first.
  mutating func showLog() {
    let clock = Date.VerbatimFormatStyle(
      format: """
        \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
        \(second: .twoDigits)
        """, timeZone: timeZone, calendar: Calendar(identifier: .gregorian))
    let entries = log.entries.reversed().map { entry in
      ListReport.Entry(
        label: entry.time.formatted(clock), text: entry.notice.text, isBad: entry.notice.isError)
    }
    let failed = log.errorCount
    show(
      ListReport(
        title: "Messages", facts: failed == 0 ? "nothing has failed" : "\(failed) failed",
        heading: entries.isEmpty ? "Nothing has been said in this session." : nil, entries: entries))
  }
}
