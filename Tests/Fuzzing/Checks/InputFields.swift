/// An input that stands for several values: one in each line.
struct InputFields {
  private var rest: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  /// The next line, as SQLite hands text over: what is not UTF-8 is replaced. Nil where it is empty.
  mutating func line() -> String? {
    let end = rest.firstIndex(of: UInt8(ascii: "\n"))
    let line = UnsafeRawBufferPointer(rebasing: rest[..<(end ?? rest.count)])
    rest = UnsafeRawBufferPointer(rebasing: rest[(end.map { $0 + 1 } ?? rest.count)...])
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }

  /// The next line as an integer.
  mutating func integer() -> Int? { line().flatMap { Int($0) } }

  /// Everything that is left.
  func remainder() -> String { String(decoding: rest, as: UTF8.self) }
}
