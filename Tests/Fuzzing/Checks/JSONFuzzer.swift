import ModelContext
import StrictJSON

/// Any JSON text, read strictly and as Python writes it.
enum JSONFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    let strict = parse(bytes, JSONOptions())
    let python = parse(bytes, .pythonWritten)
    for case .failure(let error) in [strict, python] {
      try promise((0...bytes.count).contains(error.byteOffset), "the fault is in the text: \(error)")
      try promisePrintable(error.description)
    }
    if case .success(let value) = strict {
      guard case .success(let same) = python, same == value else {
        throw BrokenPromise(description: "what is strict is not what Python would read")
      }
    }
    if case .success(let value) = python { try check(value) }
  }

  private static func check(_ value: JSONValue) throws {
    let text = value.text()
    try promisePrintable(text)
    let again = try JSONValue(parsing: text, options: .pythonWritten)
    try promise(again == value && again.text() == text, "written and read again: \(text)")
    let finite = value.text(nonFiniteAs: .null)
    _ = try JSONValue(parsing: finite, options: JSONOptions(rejectsDuplicateNames: false))
    try checkParts(of: value)
  }

  private static func checkParts(of value: JSONValue) throws {
    switch value {
    case .null, .bool, .string: return
    case .number(let literal):
      guard let number = value.asDouble else { throw BrokenPromise(description: "\(literal) is no number") }
      try promise(value.asInt.map { Double($0) == number } ?? true, "\(literal) is two numbers")
      let config = ConfigValue(value)
      let again = ConfigValue(config.json)
      try promise(again.text == config.text, "\(literal) as a config's value: \(config.text), \(again.text)")
    case .array(let elements): for element in elements { try checkParts(of: element) }
    case .object(let members):
      for member in members {
        try promise(value[member.name] != nil, "no \(member.name)")
        try checkParts(of: member.value)
      }
    }
  }

  private static func parse(
    _ bytes: UnsafeRawBufferPointer, _ options: JSONOptions
  ) -> Result<JSONValue, JSONError> {
    do throws(JSONError) {
      return .success(try JSONValue(parsing: bytes, options: options))
    } catch { return .failure(error) }
  }
}
