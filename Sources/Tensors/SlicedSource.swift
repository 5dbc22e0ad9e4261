/// A range of another source.
package struct SlicedSource: ByteSource {
  private let base: any ByteSource
  private let start: Int
  package let byteCount: Int

  /// - Precondition: the range lies within `base`.
  package init(_ base: any ByteSource, from start: Int, byteCount: Int) {
    self.base = base
    self.start = start
    self.byteCount = byteCount
  }

  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try base.read(at: start + offset, into: buffer)
  }
}
