import Dispatch
import Synchronization

/// Messages on their way to the main actor, from any thread, and the bell that wakes it.
///
/// The bell is a block on the main queue. An `AsyncStream` would be one more thread between a key and its frame: its
/// `next` runs on the pool of Swift's tasks, whose threads wait for a core like those of the builds.
final class Inbox: Sendable {
  private let messages = Mutex<[Message]>([])
  private let listener = Mutex<(@MainActor @Sendable () -> Void)?>(nil)
  private let isRinging = Atomic<Bool>(false)

  /// - Parameter listener: is called when there is something to do; for several things at once it is called once.
  func listen(_ listener: (@MainActor @Sendable () -> Void)?) {
    self.listener.withLock { $0 = listener }
  }

  func post(_ message: Message) {
    messages.withLock { $0.append(message) }
    ring()
  }

  /// Wakes the listener without a message.
  func ring() {
    if isRinging.exchange(true, ordering: .acquiringAndReleasing) { return }
    DispatchQueue.main.async { [self] in
      isRinging.store(false, ordering: .releasing)
      let listener = listener.withLock { $0 }
      MainActor.assumeIsolated { listener?() }
    }
  }

  func drain() -> [Message] {
    messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
