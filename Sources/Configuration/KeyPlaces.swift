/// Where the keys of a TOML text stand, which the package that reads it does not tell.
///
/// The text is known to be good TOML: this only has to tell keys from what is quoted, nested or commented out.
struct KeyPlaces {
  private var places: [[String]: Place] = [:]

  /// The place of a key, or of the nearest that it lies in.
  subscript(path: [String]) -> Place {
    var path = path
    while !path.isEmpty {
      if let place = places[path] { return place }
      path.removeLast()
    }
    return Place(line: 1, column: 1)
  }

  init(_ text: String) {
    var scanner = Scanner(text)
    var table: [String] = []
    while scanner.skipToStatement() {
      let place = scanner.place
      if scanner.peek == "[" {
        while scanner.peek == "[" { scanner.advance() }
        table = scanner.dottedKey()
        if places[table] == nil { places[table] = place }
        scanner.skipLine()
      } else {
        let path = table + scanner.dottedKey()
        if places[path] == nil { places[path] = place }
        scanner.skipValue()
      }
    }
  }
}

extension KeyPlaces {
  /// Goes through a text character by character.
  private struct Scanner {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private(set) var place = Place(line: 1, column: 1)

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    mutating func advance() {
      guard let scalar = peek else { return }
      index += 1
      place =
        scalar == "\n"
        ? Place(line: place.line + 1, column: 1) : Place(line: place.line, column: place.column + 1)
    }

    private func follows(_ text: String) -> Bool { scalars[index...].starts(with: text.unicodeScalars) }

    mutating func skipLine() {
      while let scalar = peek, scalar != "\n" { advance() }
    }

    private mutating func skipBlanks() {
      while let scalar = peek, scalar == " " || scalar == "\t" { advance() }
    }

    /// - Returns: false at the end.
    mutating func skipToStatement() -> Bool {
      while let scalar = peek {
        switch scalar {
        case " ", "\t", "\r", "\n": advance()
        case "#": skipLine()
        default: return true
        }
      }
      return false
    }

    /// `a.b."c d"`.
    mutating func dottedKey() -> [String] {
      var parts: [String] = []
      while true {
        skipBlanks()
        parts.append(part())
        skipBlanks()
        guard peek == "." else { return parts }
        advance()
      }
    }

    private mutating func part() -> String {
      var text = String.UnicodeScalarView()
      if let quote = peek, quote == "\"" || quote == "'" {
        advance()
        while let scalar = peek, scalar != quote {
          if scalar == "\\", quote == "\"" { advance() }
          if let scalar = peek { text.append(scalar) }
          advance()
        }
        advance()
      } else {
        while let scalar = peek, !"=.] \t\r\n".unicodeScalars.contains(scalar) {
          text.append(scalar)
          advance()
        }
      }
      return String(text)
    }

    /// Everything up to the end of the statement, over several lines where it is quoted or in brackets.
    mutating func skipValue() {
      var depth = 0
      while let scalar = peek {
        switch scalar {
        case "\"", "'": skipString(scalar)
        case "#": skipLine()
        case "[", "{":
          depth += 1
          advance()
        case "]", "}":
          depth -= 1
          advance()
        case "\n" where depth <= 0: return
        default: advance()
        }
      }
    }

    private mutating func skipString(_ quote: Unicode.Scalar) {
      let long = String(repeating: Character(quote), count: 3)
      let isLong = follows(long)
      for _ in 0..<(isLong ? 3 : 1) { advance() }
      while let scalar = peek {
        if scalar == "\\", quote == "\"" {
          advance()
        } else if isLong ? follows(long) : scalar == quote {
          for _ in 0..<(isLong ? 3 : 1) { advance() }
          // A long string may end with quotes of its own.
          while isLong, peek == quote { advance() }
          return
        }
        advance()
      }
    }
  }
}
