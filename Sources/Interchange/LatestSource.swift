import Synchronization
import Tensors

/// Keeps the source of the tensor that was read last: sources that gather their elements hold a block of them, which
/// a file of many tensors must not hold for each.
final class LatestSource: Sendable {
  private let current = Mutex<(index: Int, source: any ByteSource)?>(nil)

  func source(_ index: Int, _ make: () -> any ByteSource) -> any ByteSource {
    current.withLock { current in
      if let current, current.index == index { return current.source }
      current = nil  // frees it before the next is made
      let made = make()
      current = (index, made)
      return made
    }
  }
}
