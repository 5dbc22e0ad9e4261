import Tensors

extension PersistentStore {
  /// How many slots have weights that are missing, unreadable, or known not to be what their checksum says: by a look
  /// at the files of each, which takes about ten microseconds.
  ///
  /// - Parameter soFar: told again and again how many have been found.
  /// - Throws: `StoreError`, `CancellationError`.
  package func damagedCount(progress: WorkProgress, soFar: (Int) -> Void) throws -> Int {
    var count = 0
    var looked = 0
    try index.eachSlot(isLight: true) { row in
      if integrity(row).isDamage { count += 1 }
      looked += 1
      if looked % 256 == 0 {
        try progress.checkCancellation()
        soFar(count)
      }
    }
    return count
  }
}
