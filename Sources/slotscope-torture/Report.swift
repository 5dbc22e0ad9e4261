import Foundation
import Synchronization

/// Lines on standard output, each with one write and nothing kept back: what was said stays said when the process is
/// killed right after.
final class Report: Sendable {
  /// The kind of the change that is being made.
  private let change = Mutex("opening")
  var doing: String { change.withLock { $0 } }

  func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  /// Says that something is going to be done: `save 3 stamp 17`.
  func begin(_ what: String) {
    say("begin " + what)
    change.withLock { $0 = what.split(separator: " ").first.map(String.init) ?? what }
  }
}
