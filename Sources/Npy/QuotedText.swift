/// Text from a file in quotes, for a message: of bounded length, what is not plainly visible as escapes.
package func quoted(_ text: String, limit: Int = 80) -> String {
  let scalars = text.unicodeScalars
  let shown = scalars.prefix(limit).map { scalar in
    isPlain(scalar) ? String(scalar) : scalar.escaped(asASCII: true)
  }
  return "‘\(shown.joined())\(scalars.dropFirst(limit).isEmpty ? "" : "…")’"
}

private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII { return (0x20...0x7e).contains(scalar.value) }
  switch scalar.properties.generalCategory {
  case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber: return true
  default: return false
  }
}
