/// Big-endian words as a source of the same words in little-endian order. Nothing is kept between two reads.
package struct ByteSwappedSource: ByteSource {
  private let base: any ByteSource
  private let wordByteCount: Int

  /// - Parameters:
  ///   - base: whole words.
  ///   - wordByteCount: 2, 4 or 8; of complex numbers, that of their parts.
  package init(_ base: any ByteSource, wordByteCount: Int) {
    self.base = base
    self.wordByteCount = wordByteCount
  }

  package var byteCount: Int { base.byteCount }

  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let size = wordByteCount
    // A read may begin and end inside a word.
    let head = min(buffer.count, (size - offset % size) % size)
    let whole = (buffer.count - head) / size * size
    if head > 0 { try readPart(at: offset, into: buffer, head) }
    let words = UnsafeMutableRawBufferPointer(rebasing: buffer[head..<head + whole])
    if whole > 0 {
      try base.read(at: offset + head, into: words)
      switch size {
      case 2: Self.swap(UInt16.self, words)
      case 4: Self.swap(UInt32.self, words)
      default: Self.swap(UInt64.self, words)
      }
    }
    let tail = UnsafeMutableRawBufferPointer(rebasing: buffer[(head + whole)...])
    if !tail.isEmpty { try readPart(at: offset + head + whole, into: tail, tail.count) }
  }

  /// Fills the first `count` bytes of `buffer`, all of one word.
  private func readPart(at offset: Int, into buffer: UnsafeMutableRawBufferPointer, _ count: Int) throws {
    let inWord = offset % wordByteCount
    var word: UInt64 = 0
    try withUnsafeMutableBytes(of: &word) { bytes in
      let stored = UnsafeMutableRawBufferPointer(rebasing: bytes[..<wordByteCount])
      try base.read(at: offset - inWord, into: stored)
      for place in 0..<count { buffer[place] = stored[wordByteCount - 1 - inWord - place] }
    }
  }

  private static func swap<Word: FixedWidthInteger & BitwiseCopyable>(
    _: Word.Type, _ words: UnsafeMutableRawBufferPointer
  ) {
    for place in stride(from: 0, to: words.count, by: MemoryLayout<Word>.size) {
      let word = words.loadUnaligned(fromByteOffset: place, as: Word.self)
      words.storeBytes(of: word.byteSwapped, toByteOffset: place, as: Word.self)
    }
  }
}

extension DType {
  /// Bytes that change places where the byte order is another: an element, of complex numbers a part.
  package var wordByteCount: Int { isComplex ? itemSize / 2 : itemSize }
}
