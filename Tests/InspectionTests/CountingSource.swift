import Synchronization
import Tensors

/// As many float32 as one likes, all 0.5, without memory; counts what is read.
final class CountingSource: ByteSource {
  private struct Counts {
    var bytes = 0
    var reads = 0
    var largest = 0
  }

  let byteCount: Int
  private let counts = Mutex(Counts())

  init(byteCount: Int) { self.byteCount = byteCount }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    precondition(offset % 4 == 0 && buffer.count % 4 == 0 && offset + buffer.count <= byteCount)
    buffer.withMemoryRebound(to: Float.self) { $0.update(repeating: 0.5) }
    counts.withLock {
      $0.bytes += buffer.count
      $0.reads += 1
      $0.largest = max($0.largest, buffer.count)
    }
  }

  var bytesRead: Int { counts.withLock { $0.bytes } }
  var reads: Int { counts.withLock { $0.reads } }
  var largestRead: Int { counts.withLock { $0.largest } }
}
