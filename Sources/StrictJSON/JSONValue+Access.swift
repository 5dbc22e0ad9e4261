extension JSONValue {
  /// The value of the first member of that name; nil where this is no object or has none.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  public var isNull: Bool { self == .null }

  public var asBool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// The value of an integer literal that fits; nil for `1.0` and `1e3`, which are none.
  public var asInt: Int? {
    guard case .number(let literal) = self else { return nil }
    return Int(literal)
  }

  /// The nearest double; infinite where the literal is beyond the largest, as in Python.
  public var asDouble: Double? {
    guard case .number(let literal) = self else { return nil }
    switch literal {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default: return Double(literal)
    }
  }

  public var asString: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  public var asArray: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  public var asObject: [JSONMember]? {
    guard case .object(let members) = self else { return nil }
    return members
  }
}
