/// Sizes for people: decimal units, as disks and SCREENS have them.
public enum ByteSize {
  /// `497.8 MB`, `9.2 KB`, `17 B`.
  public static func text(_ bytes: Int) -> String {
    if bytes < 1000 { return "\(bytes) B" }
    var value = Double(bytes)
    for unit in ["KB", "MB", "GB", "TB", "PB"] {
      value /= 1000
      if value < 999.95 || unit == "PB" { return "\(oneDecimal(value)) \(unit)" }
    }
    return "\(bytes) B"
  }

  static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
