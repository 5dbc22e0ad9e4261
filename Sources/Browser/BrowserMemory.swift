import CStore

/// What a process that stays open all day does so that its memory stays what it needs.
package enum BrowserMemory {
  /// Larger than a picture of an ordinary terminal, smaller than what weights are read into.
  private static let largeBlock = 256 << 10

  /// Gives large blocks back to the system as soon as they are freed. glibc by itself goes over to keeping them, for
  /// each of many threads: what tensors, maps and comparisons once needed then stays for good, and the holes in it
  /// grow with every key.
  ///
  /// Of the whole process; to be called before it works.
  package static func giveBackLargeBlocks() { slotscope_give_back_blocks(Int32(largeBlock)) }
}
