import CStore

/// A word to be found in texts.
///
/// Letters are compared without regard to case unless the word has a capital. Words of ASCII are compared byte by byte,
/// which is right in any UTF-8 text; others by characters, however they are composed.
struct SearchWord: Sendable, Hashable {
  let text: String
  let isCaseSensitive: Bool
  let isASCII: Bool
  /// In lower case unless case counts.
  private let bytes: [UInt8]
  private let letters: [String]

  /// How many times its own length a word's letters may be spread over: beyond that they are there by chance.
  static let spread = 3

  init(_ text: String) {
    self.text = text
    isCaseSensitive = text.contains { $0.isUppercase }
    isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    let folded = isCaseSensitive ? text : text.lowercased()
    bytes = Array(folded.utf8)
    letters = folded.map { String($0) }
  }

  /// For a quick look at rows; nil where that can't be had, of words with letters beyond ASCII and of very long ones.
  var quick: slotscope_word? {
    guard isASCII, !bytes.isEmpty, bytes.count <= 32 else { return nil }
    var word = slotscope_word()
    withUnsafeMutableBytes(of: &word.bytes) { $0.copyBytes(from: bytes) }
    word.count = UInt8(bytes.count)
    let letters = Set(bytes).sorted { (Self.rarity($0), $0) > (Self.rarity($1), $1) }
    withUnsafeMutableBytes(of: &word.letters) { $0.copyBytes(from: letters) }
    word.letter_count = UInt8(letters.count)
    word.folds_case = !isCaseSensitive
    word.is_number = bytes.allSatisfy { $0 &- 0x30 < 10 }
    return word
  }

  /// How rare a letter is in names and paths of models, about; what is not here is rarer.
  private static let common = Array("eaoitnsrlmdcpugh/-_.2130456789bfwkyvxqjz".utf8)

  private static func rarity(_ letter: UInt8) -> Int { common.firstIndex(of: letter) ?? common.count }

  // MARK: As it is

  /// Whether a UTF-8 text has it as it is.
  func isContained(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard isASCII else { return isContained(in: String(decoding: text, as: UTF8.self)) }
    return firstOccurrence(in: text) != nil
  }

  func isContained(in text: String) -> Bool {
    if isASCII {
      var text = text
      return text.withUTF8 { firstOccurrence(in: $0) != nil }
    }
    return place(in: text) != nil
  }

  /// Which characters it first is; nil where it is not there as it is.
  func place(in text: String) -> Range<Int>? {
    let folded = folded(text)
    guard folded.count >= letters.count else { return nil }
    return (0...folded.count - letters.count).first { folded[$0...].starts(with: letters) }.map {
      $0..<$0 + letters.count
    }
  }

  /// The byte at which it first stands in a text.
  func firstOccurrence(in text: UnsafeBufferPointer<UInt8>) -> Int? {
    let count = bytes.count
    guard count > 0 else { return 0 }
    guard text.count >= count else { return nil }
    return bytes.withUnsafeBufferPointer { word in
      let first = word[0]
      let other = isCaseSensitive ? first : Self.upper(first)
      for start in 0...text.count - count where text[start] == first || text[start] == other {
        var length = 1
        while length < count, fold(text[start + length]) == word[length] { length += 1 }
        if length == count { return start }
      }
      return nil
    }
  }

  // MARK: Letters in order

  /// Whether a UTF-8 text has its letters in order, close together.
  func isFuzzy(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard isASCII else { return !places(in: String(decoding: text, as: UTF8.self)).isEmpty }
    let count = bytes.count
    guard text.count >= count else { return false }
    return bytes.withUnsafeBufferPointer { word in
      let first = word[0]
      let other = isCaseSensitive ? first : Self.upper(first)
      for start in 0...text.count - count where text[start] == first || text[start] == other {
        let limit = min(text.count, start + count * Self.spread)
        var found = 1
        var index = start + 1
        while found < count, index < limit {
          if fold(text[index]) == word[found] { found += 1 }
          index += 1
        }
        if found == count { return true }
      }
      return false
    }
  }

  /// Which characters of a text its letters are, where they stand closest together; empty where they are not there.
  func places(in text: String) -> [Int] {
    let folded = folded(text)
    guard let first = letters.first, folded.count >= letters.count else { return [] }
    var best: [Int] = []
    for start in 0...folded.count - letters.count where folded[start] == first {
      let limit = min(folded.count, start + letters.count * Self.spread)
      var found = [start]
      var index = start + 1
      while found.count < letters.count, index < limit {
        if folded[index] == letters[found.count] { found.append(index) }
        index += 1
      }
      guard found.count == letters.count, let end = found.last else { continue }
      if best.isEmpty || end - start < best[best.count - 1] - best[0] { best = found }
    }
    return best
  }

  // MARK: Case

  /// Character by character, so that places stay what they are.
  private func folded(_ text: String) -> [String] {
    text.map { isCaseSensitive ? String($0) : $0.lowercased() }
  }

  private func fold(_ byte: UInt8) -> UInt8 {
    isCaseSensitive ? byte : (byte &- 0x41 < 26 ? byte | 0x20 : byte)
  }

  private static func upper(_ byte: UInt8) -> UInt8 { byte &- 0x61 < 26 ? byte & 0xDF : byte }
}
