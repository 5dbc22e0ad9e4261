import StrictJSON

/// The text of `metadata_json`, or the beginning of it, looked through without making anything of it.
///
/// Nearly all of them are a flat object of plain strings: that is walked as it stands. What has escapes, nested values
/// or faults is parsed.
struct MetadataText {
  let bytes: UnsafeBufferPointer<UInt8>
  /// Whether it is all of the text.
  let isWhole: Bool

  enum Answer { case yes, no, undecided }

  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")

  /// Whether any value has the word.
  func hasValue(_ word: SearchWord) -> Answer {
    if bytes.isEmpty { return isWhole ? .no : .undecided }
    if !word.isASCII { return isWhole ? parsed { _, value in word.isContained(in: value) } : .undecided }
    if word.firstOccurrence(in: bytes) == nil, !bytes.contains(Self.backslash) {
      return isWhole ? .no : .undecided
    }
    return walk { _, value in word.isContained(in: value) }
      ?? (isWhole
        ? parsed { _, value in word.isContained(in: value) } : .undecided)
  }

  /// Whether a key that is `key` has a value with the word.
  func hasValue(_ word: SearchWord, under key: SearchWord) -> Answer {
    if bytes.isEmpty { return isWhole ? .no : .undecided }
    let parses = { parsed { name, value in isSame(key, name) && word.isContained(in: value) } }
    if !word.isASCII || !key.isASCII { return isWhole ? parses() : .undecided }
    return walk { name, value in
      name.count == key.text.utf8.count && key.firstOccurrence(in: name) == 0 && word.isContained(in: value)
    } ?? (isWhole ? parses() : .undecided)
  }

  private func isSame(_ key: SearchWord, _ name: String) -> Bool {
    key.isCaseSensitive ? name == key.text : name.lowercased() == key.text.lowercased()
  }

  /// Whether the text under a key passes: of a foreign row, its name.
  func hasText(under key: StaticString, _ passes: (UnsafeBufferPointer<UInt8>) -> Bool) -> Answer {
    if bytes.isEmpty { return isWhole ? .no : .undecided }
    return key.withUTF8Buffer { key in
      walk { name, value in name.elementsEqual(key) && passes(value) }
        ?? (isWhole ? parsedText(under: String(decoding: key, as: UTF8.self), passes) : .undecided)
    }
  }

  /// What is no JSON has no keys.
  private func parsedText(under key: String, _ passes: (UnsafeBufferPointer<UInt8>) -> Bool) -> Answer {
    let members = (try? JSONValue(parsing: UnsafeRawBufferPointer(bytes)))?.asObject ?? []
    guard var text = members.last(where: { $0.name == key })?.value.asString else { return .no }
    return text.withUTF8(passes) ? .yes : .no
  }

  /// Goes through the members of a flat object. Nil where it is none, or no plain one; `undecided` where the text ends
  /// too early.
  private func walk(
    _ matches: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Bool
  )
    -> Answer?
  {
    var position = 0
    var name: UnsafeBufferPointer<UInt8>?
    var isPlain = false
    func ended() -> Answer? { isWhole ? nil : .undecided }
    while position < bytes.count {
      switch bytes[position] {
      case Self.quote:
        let start = position + 1
        var end = start
        while end < bytes.count, bytes[end] != Self.quote {
          if bytes[end] == Self.backslash { return nil }
          end += 1
        }
        if end == bytes.count { return ended() }
        let token = UnsafeBufferPointer(rebasing: bytes[start..<end])
        if let key = name {
          if matches(key, token) { return .yes }
          name = nil
        } else {
          name = token
        }
        position = end
      case UInt8(ascii: "{"):
        if isPlain { return nil }
        isPlain = true
      case UInt8(ascii: "}"): return .no
      case UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: ","), 0x0A, 0x0D, 0x09: break
      default: return nil
      }
      position += 1
    }
    return ended()
  }

  /// What is no JSON is searched as the text that it is.
  private func parsed(_ matches: (_ name: String, _ value: String) -> Bool) -> Answer {
    let options = JSONOptions(allowsNonFiniteNumbers: true)
    guard let members = try? JSONValue(parsing: UnsafeRawBufferPointer(bytes), options: options).asObject
    else {
      return matches("", String(decoding: bytes, as: UTF8.self)) ? .yes : .no
    }
    return members.contains { matches($0.name, $0.value.asString ?? $0.value.text()) } ? .yes : .no
  }
}
