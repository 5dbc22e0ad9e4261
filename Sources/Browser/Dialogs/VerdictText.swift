import Builds
import Inspection

/// How a build ended, in words.
enum VerdictText {
  /// `rebuilt in 4 ms: checksum as before, config as before`.
  static func line(_ outcome: BuildOutcome, action: Build.Action) -> String {
    let done = "\(verb(outcome, action: action)) in \(Format.duration(outcome.seconds))"
    guard let before = outcome.before else { return done }
    return "\(done): \(Verdict(before: before, after: outcome.after).text)"
  }

  /// A build into a slot that held something is a rebuild, whichever key it began with.
  static func verb(_ outcome: BuildOutcome, action: Build.Action) -> String {
    switch action {
    case .build: outcome.before == nil ? "built" : "rebuilt"
    case .rebuild: "rebuilt"
    case .import: "imported"
    }
  }
}
