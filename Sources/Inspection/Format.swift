import Foundation
import Tensors

/// Numbers as people read them, in commands and browser alike.
package enum Format {
  /// `497.8 MB`.
  package static func bytes(_ count: Int) -> String { ByteSize.text(count) }

  /// `1,150`, `85.1M`, `1.10B`: exact below 10,000.
  package static func count(_ count: Int) -> String {
    if count < 10_000 { return grouped(count) }
    var value = Double(count)
    for unit in ["K", "M", "B", "T"] {
      value /= 1000
      let digits = unit == "B" || unit == "T" ? 2 : 1
      if value < 999.95 || unit == "T" { return String(format: "%.\(digits)f", value) + unit }
    }
    return grouped(count)
  }

  /// `124,439,808`.
  package static func grouped(_ count: Int) -> String {
    var digits = Array(String(count.magnitude))
    var index = digits.count - 3
    while index > 0 {
      digits.insert(",", at: index)
      index -= 3
    }
    return (count < 0 ? "-" : "") + String(digits)
  }

  /// How long ago, in the largest unit that fits: `2 m`, `3 d`.
  package static func age(_ seconds: Double) -> String {
    let seconds = max(0, seconds)
    let units: [(Double, String)] = [
      (365 * 86400, "y"), (86400, "d"), (3600, "h"), (60, "m"), (1, "s"),
    ]
    for (length, unit) in units where seconds >= length { return "\(Int(seconds / length)) \(unit)" }
    return "now"
  }

  /// How long something took or takes: `4 ms`, `2.1 s`, `3 m 20 s`.
  package static func duration(_ seconds: Double) -> String {
    if seconds < 0.9995 { return "\(max(0, Int((seconds * 1000).rounded()))) ms" }
    if seconds < 59.95 {
      return seconds < 10 ? String(format: "%.1f s", seconds) : "\(Int(seconds.rounded())) s"
    }
    let whole = Int(seconds.rounded())
    return whole < 3600 ? "\(whole / 60) m \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) m"
  }

  /// What another program may have left empty.
  package static func modelType(_ name: String) -> String { name.isEmpty ? "none" : name }

  /// Four significant digits, as short as that allows: `0.02`, `-1.2e-06`, `0`.
  package static func number(_ value: Double) -> String {
    if value == 0 { return "0" }
    return String(format: "%.4g", value)
  }
}
