/// A colon outside quotes and comments, as dates and times alone have it in TOML.
///
/// No setting takes one, and the package that reads TOML ends the process at some that are none: it is looked for before
/// the text is read.
enum TimeOfDay {
  static let expectation = "a date or time is nothing that can be set"

  /// The first one.
  static func place(in lines: [String]) -> Place? {
    /// The quotes that end what is quoted: one, or three where it goes on over lines.
    var end: (quote: Unicode.Scalar, count: Int)?
    for (number, line) in lines.enumerated() {
      if end?.count == 1 { end = nil }
      if end == nil, !line.utf8.contains(where: { $0 == 0x22 || $0 == 0x27 || $0 == 0x3A }) { continue }
      let scalars = Array(line.unicodeScalars)
      var index = 0
      while index < scalars.count {
        let scalar = scalars[index]
        let run = scalars[index...].prefix(3).prefix { $0 == scalar }.count
        if let open = end {
          if scalar == "\\", open.quote == "\"" {
            index += 1
          } else if scalar == open.quote, run >= open.count {
            index += open.count - 1
            end = nil
          }
        } else if scalar == "\"" || scalar == "'" {
          end = (scalar, run == 3 ? 3 : 1)
          index += run == 3 ? 2 : 0
        } else if scalar == ":" {
          return Place(line: number + 1, column: index + 1)
        } else if scalar == "#" {
          break
        }
        index += 1
      }
    }
    return nil
  }
}
