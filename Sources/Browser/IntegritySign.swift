import Canvas
import SlotStore

extension Integrity {
  /// The sign in a list: a sign of its own for each meaning, so that nothing depends on colour.
  func sign(_ glyphs: Glyphs) -> String {
    switch self {
    case .verified: glyphs.verified
    case .written: glyphs.written
    case .unverified: glyphs.unverified
    case .mismatch, .missing, .unreadable: glyphs.damaged
    }
  }

  var style: Style {
    switch self {
    case .verified: .good
    case .written: .dim
    case .unverified: .warning
    case .mismatch, .missing, .unreadable: .bad
    }
  }

  /// In a few words.
  var text: String {
    switch self {
    case .verified: "verified"
    case .written: "written, not read since"
    case .unverified: "never verified"
    case .mismatch: "checksum mismatch"
    case .missing: "weight file missing"
    case .unreadable: "weight file unreadable"
    }
  }
}
