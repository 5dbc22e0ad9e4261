/// Where bytes come from: a region of memory, a file, a generator.
///
/// Conforming types are safe to read from several threads at once.
public protocol ByteSource: Sendable {
  /// How many bytes there are.
  var byteCount: Int { get }

  /// Fills `buffer` with the bytes that start at `offset`.
  ///
  /// - Precondition: `offset >= 0` and `offset + buffer.count <= byteCount`.
  /// - Throws: what the medium reports; for a file that has shrunk meanwhile, `FileError.truncated`.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws

  /// Whether reading on from where the last read ended costs far less than reading elsewhere: such a source is best
  /// read by one thread, from front to back.
  var isSequential: Bool { get }

  /// Whether what was read until now is what was there from the first: for who reads a file through and wants one
  /// state of it.
  ///
  /// - Throws: `FileError.changed` where another program has written to the file meanwhile.
  func checkUnchanged() throws
}

extension ByteSource {
  public var isSequential: Bool { false }

  /// Memory and generators never change.
  public func checkUnchanged() throws {}
}

/// Where bytes go to, one after the other.
public protocol ByteSink {
  /// Takes all of `bytes`.
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws
}
