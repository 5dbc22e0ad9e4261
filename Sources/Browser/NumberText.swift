import Inspection

/// Counts as sentences need them.
enum NumberText {
  /// `1 tensor`, `148 tensors`.
  static func counted(_ count: Int, _ noun: String) -> String {
    "\(Format.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }
}
