import Tensors

/// Something that a parser accepted is not as it promises.
struct BrokenPromise: Error, CustomStringConvertible {
  let description: String
}

func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws {
  if !holds { throw BrokenPromise(description: what()) }
}

/// That a message made from a hostile file is of bounded length and safe to print.
func promisePlain(_ message: some CustomStringConvertible) throws {
  let text = message.description
  try promise(text.utf8.count < 4000, "a message of \(text.utf8.count) bytes")
  try promisePrintable(text)
}

/// That a text has no control characters: neither C0 nor C1 nor marks that turn the direction of writing.
func promisePrintable(_ text: String) throws {
  if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return }
  let bad = text.unicodeScalars.first { scalar in
    switch scalar {
    case "\0"..<" ", "\u{7f}"..."\u{9f}", "\u{200e}", "\u{200f}", "\u{2028}"..."\u{202e}",
      "\u{2066}"..."\u{2069}":
      true
    default: false
    }
  }
  if let bad { throw BrokenPromise(description: "U+\(String(bad.value, radix: 16)) in a text to be shown") }
}

/// The fuzzer's bytes as a source; a read outside them traps.
///
/// `@unchecked Sendable` is safe: nobody writes to the bytes, and no check keeps a source beyond its end.
struct BorrowedBytes: ByteSource, @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  var byteCount: Int { bytes.count }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + buffer.count]))
  }
}

extension ByteSource {
  /// All bytes, read in pieces of `chunk`.
  func allBytes(chunk: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: byteCount) { memory, count in
      let memory = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(memory)[..<byteCount])
      for start in stride(from: 0, to: byteCount, by: chunk) {
        let end = min(byteCount, start + chunk)
        try read(at: start, into: UnsafeMutableRawBufferPointer(rebasing: memory[start..<end]))
      }
      count = byteCount
    }
  }
}
