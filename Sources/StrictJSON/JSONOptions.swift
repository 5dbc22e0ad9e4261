/// How a JSON text may differ from RFC 8259.
public struct JSONOptions: Sendable, Hashable {
  /// No nesting deeper than this is ever parsed: the parser and the release of a value use the stack.
  public static let greatestDepth = 512

  /// Whether `NaN`, `Infinity` and `-Infinity`, which Python's json module writes, are numbers.
  public var allowsNonFiniteNumbers: Bool
  /// How deep arrays and objects may be nested; `[]` is 1 deep. At most `greatestDepth` counts.
  public var maximumDepth: Int
  /// Whether an object with two members of one name is an error; otherwise both are kept.
  public var rejectsDuplicateNames: Bool

  public init(
    allowsNonFiniteNumbers: Bool = false, maximumDepth: Int = 64, rejectsDuplicateNames: Bool = true
  ) {
    self.allowsNonFiniteNumbers = allowsNonFiniteNumbers
    self.maximumDepth = maximumDepth
    self.rejectsDuplicateNames = rejectsDuplicateNames
  }
}
