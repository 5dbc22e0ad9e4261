import CZlib
import Tensors

/// Inflates one member from front to back.
///
/// `@unchecked Sendable` is safe: it is used under the archive's lock alone.
final class Inflater: @unchecked Sendable {
  /// Bytes made so far.
  private(set) var position = 0
  /// Of those bytes.
  private(set) var checksum = RunningChecksum()
  private let data: any ByteSource
  private let size: Int
  private let member: String
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private var inputOffset = 0
  private var hasEnded = false

  private static let inputByteCount = 64 << 10

  /// - Parameters:
  ///   - data: raw deflate data.
  ///   - size: bytes that they become.
  init(_ data: any ByteSource, size: Int, member: String) {
    self.data = data
    self.size = size
    self.member = member
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(byteCount: min(Self.inputByteCount, max(1, data.byteCount)), alignment: 64)
    // It fails only for want of memory, and then `inflate` says so.
    _ = slotscope_inflate_begin(stream)
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  var isComplete: Bool { position == size }

  /// Makes the bytes before `offset`, and lets them go.
  func skip(to offset: Int) throws {
    guard position < offset else { return }
    let scratch = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(64 << 10, offset - position), alignment: 64)
    defer { scratch.deallocate() }
    while position < offset {
      try read(into: UnsafeMutableRawBufferPointer(rebasing: scratch.prefix(offset - position)))
    }
  }

  /// Makes the next bytes; with the last one, sees that the data end there too.
  ///
  /// - Precondition: `buffer` does not go beyond `size`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let made = try inflate(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
      done += made
      if made == 0 && hasEnded {
        throw ZipError.dataTooShort(member: member, expected: size, actual: position + done)
      }
    }
    position += done
    checksum.update(UnsafeRawBufferPointer(buffer))
    if isComplete { try finish() }
  }

  /// The end of the data may still have to be read; a further byte is one too many.
  private func finish() throws {
    var surplus: UInt8 = 0
    while !hasEnded {
      let made = try withUnsafeMutableBytes(of: &surplus) { try inflate(into: $0) }
      if made > 0 { throw ZipError.dataTooLong(member: member, expected: size) }
    }
    if stream.pointee.avail_in > 0 || inputOffset < data.byteCount {
      throw ZipError.corruptData(member: member)
    }
  }

  /// One step: it takes some data or makes some bytes.
  ///
  /// - Returns: how many bytes were made.
  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if hasEnded { return 0 }
    if stream.pointee.avail_in == 0 && inputOffset < data.byteCount {
      let part = UnsafeMutableRawBufferPointer(rebasing: input.prefix(data.byteCount - inputOffset))
      try data.read(at: inputOffset, into: part)
      inputOffset += part.count
      stream.pointee.next_in = part.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = UInt32(part.count)
    }
    let room = UInt32(min(buffer.count, 1 << 30))
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = room
    let code = CZlib.inflate(stream, Z_NO_FLUSH)
    let made = Int(room - stream.pointee.avail_out)
    switch code {
    case Z_STREAM_END: hasEnded = true
    case Z_OK: break
    case Z_BUF_ERROR where inputOffset == data.byteCount && stream.pointee.avail_in == 0:
      throw ZipError.dataTooShort(member: member, expected: size, actual: position)
    default: throw ZipError.corruptData(member: member)
    }
    return made
  }
}
