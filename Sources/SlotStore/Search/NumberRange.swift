import Foundation

/// Numbers that a term takes: `7`, `>1G`, `1M..2G`.
struct NumberRange: Sendable, Hashable {
  /// Nil: no bound.
  private(set) var lowest: Int?
  private(set) var highest: Int?

  func contains(_ number: Int) -> Bool {
    number >= (lowest ?? Int.min) && number <= (highest ?? Int.max)
  }

  /// As sizes are printed, in decimal units; the `B` of bytes may follow.
  static let sizes = units([("k", 3), ("m", 6), ("g", 9), ("t", 12), ("p", 15)]).merging(
    units([("", 0), ("k", 3), ("m", 6), ("g", 9), ("t", 12), ("p", 15)], suffix: "b")
  ) { unit, _ in unit }
  /// As counts are printed: `7B` is seven thousand million.
  static let counts = units([("k", 3), ("m", 6), ("b", 9), ("g", 9), ("t", 12)])

  private static func units(_ powers: [(String, Int)], suffix: String = "") -> [String: Double] {
    Dictionary(uniqueKeysWithValues: powers.map { ($0.0 + suffix, pow(10, Double($0.1))) })
  }

  init(_ text: String, of field: SearchField, units: [String: Double]) throws(SearchProblem) {
    let range = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
    let (comparison, rest) = Comparison.split(text)
    if range.count == 2, comparison == nil {
      // An end that is left out is none.
      let low = range[0].isEmpty ? nil : try Self.number(range[0], text, field, units)
      let high = range[1].isEmpty ? nil : try Self.number(range[1], text, field, units)
      if low == nil && high == nil { throw .badNumber(field, text) }
      lowest = low.map { Self.up($0.value) }
      highest = high.map { Self.down($0.value) }
      if let lowest, let highest, lowest > highest { throw .emptyRange(field, text) }
      return
    }
    let number = try Self.number(Substring(rest), text, field, units)
    switch comparison {
    case .greater: lowest = Self.down(number.value).addingReportingOverflow(1).partialValue
    case .atLeast: lowest = Self.up(number.value)
    case .less: highest = Self.up(number.value) - 1
    case .atMost: highest = Self.down(number.value)
    case .equal, nil:
      // What is printed as this: `1.5G` is anything from 1.45 to 1.55.
      lowest = Self.up(number.value - number.precision / 2)
      highest = number.precision == 0 ? lowest : Self.up(number.value + number.precision / 2) - 1
    }
  }

  /// - Returns: the value, and what one in its last digit is; 0 where it has no unit, and is exact.
  private static func number(
    _ text: Substring, _ whole: String, _ field: SearchField, _ units: [String: Double]
  ) throws(SearchProblem) -> (value: Double, precision: Double) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count).lowercased()
    guard let number = Double(digits), number.isFinite, unit.isEmpty || units[unit] != nil else {
      throw .badNumber(field, whole)
    }
    guard !unit.isEmpty, let factor = units[unit] else { return (number, 0) }
    let decimals = digits.firstIndex(of: ".").map { digits[$0...].count - 1 } ?? 0
    return (number * factor, factor == 1 ? 0 : factor / pow(10, Double(decimals)))
  }

  private static let largest = Double(1 << 62)

  private static func up(_ value: Double) -> Int { Int(min(max(0, value), largest).rounded(.up)) }
  private static func down(_ value: Double) -> Int { Int(min(max(0, value), largest).rounded(.down)) }
}

/// How long ago something was: `<2h`, `>3d`, `1d..2w`; a bare `2h` is within the last two hours.
struct AgeRange: Sendable, Hashable {
  /// Seconds.
  private(set) var youngest: Double?
  private(set) var oldest: Double?

  private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]

  init(_ text: String, of field: SearchField) throws(SearchProblem) {
    let (comparison, rest) = Comparison.split(text)
    let range = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
    if range.count == 2, comparison == nil {
      youngest = range[0].isEmpty ? nil : try Self.seconds(range[0], text, field)
      oldest = range[1].isEmpty ? nil : try Self.seconds(range[1], text, field)
      if youngest == nil && oldest == nil { throw .badAge(field, text) }
      if let youngest, let oldest, youngest > oldest { throw .emptyRange(field, text) }
      return
    }
    let seconds = try Self.seconds(Substring(rest), text, field)
    switch comparison {
    case .greater, .atLeast: youngest = seconds
    case .less, .atMost, .equal, nil: oldest = seconds
    }
  }

  private static func seconds(_ text: Substring, _ whole: String, _ field: SearchField) throws(SearchProblem)
    -> Double
  {
    guard let unit = text.last.flatMap({ units[Character($0.lowercased())] }),
      text.dropLast().allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let number = Double(text.dropLast()), number.isFinite
    else { throw .badAge(field, whole) }
    return number * unit
  }

  /// The moments of the index's form, in order as texts, between which a time stamp must lie.
  func moments(now: Date) -> (earliest: String?, latest: String?) {
    // The index's form has four digits for the year.
    func moment(_ seconds: Double) -> String {
      Timestamp.precise(now.addingTimeInterval(-min(seconds, 6e10)))
    }
    return (oldest.map(moment), youngest.map(moment))
  }
}

/// `>`, `>=`, `<`, `<=` or `=` before a value.
enum Comparison: String, CaseIterable {
  case atLeast = ">="
  case atMost = "<="
  case greater = ">"
  case less = "<"
  case equal = "="

  static func split(_ text: String) -> (Comparison?, String) {
    for comparison in allCases where text.hasPrefix(comparison.rawValue) {
      return (comparison, String(text.dropFirst(comparison.rawValue.count)))
    }
    return (nil, text)
  }
}
