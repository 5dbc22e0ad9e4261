/// How a store is opened and used.
public struct StoreOptions: Sendable {
  /// What is there to be opened, or made.
  public enum Access: Sendable, Hashable {
    /// Takes no lock, writes nothing, needs no permission to write.
    case read
    /// The store must exist.
    case write
    /// Made where there is none.
    case create
  }

  public var access: Access
  /// How many contexts the cache holds at most, and how many bytes of weights.
  public var cacheCount: Int
  public var cacheBytes: Int
  /// Earlier revisions kept of a slot beside the current one, for a new store; an existing store has its own.
  public var keepRevisions: Int
  /// Seconds to wait for another process's writing.
  public var lockTimeout: Double
  /// Called once when another process has held the write lock for a second.
  public var onWait: (@Sendable () -> Void)?
  /// Called when something is done and work that follows from it is not, such as a link in `slots/`. It is tried
  /// again by whoever writes next.
  public var onWarning: (@Sendable (String) -> Void)?
  /// Called before every operation on files and index; what it throws, the operation throws. For tests.
  package var probe: Probe?

  public init(
    access: Access = .write, cacheCount: Int = 64, cacheBytes: Int = 1 << 30, keepRevisions: Int = 1,
    lockTimeout: Double = 30
  ) {
    self.access = access
    self.cacheCount = cacheCount
    self.cacheBytes = cacheBytes
    self.keepRevisions = keepRevisions
    self.lockTimeout = lockTimeout
  }
}
