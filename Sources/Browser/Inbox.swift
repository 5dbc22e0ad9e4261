import Synchronization

/// Messages on their way to the main actor, from any thread, and the bell that wakes it.
final class Inbox: Sendable {
  private let messages = Mutex<[Message]>([])
  private let bell: AsyncStream<Void>.Continuation
  /// A value arrives when there is something to do; several at once come as one.
  let rings: AsyncStream<Void>

  init() {
    (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func post(_ message: Message) {
    messages.withLock { $0.append(message) }
    bell.yield()
  }

  /// Wakes the reader without a message.
  func ring() { bell.yield() }

  func drain() -> [Message] {
    messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
