import CStore
import Foundation

extension PersistentStore {
  /// Fires when a process, this one included, has changed the index. Nothing is polled while nothing happens: the
  /// kernel says when the files of the index are written (inotify). Several changes at once may come as one.
  ///
  /// Where the kernel can't watch the folder the sequence never fires.
  public func changes() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      guard let watch = IndexWatch(store: self, fire: { continuation.yield() }) else { return }
      continuation.onTermination = { _ in watch.cancel() }
    }
  }
}

/// Tells when the index has changed.
///
/// A commit is written to the WAL and brought to the disk before readers see it: what the kernel reports is the
/// beginning of that. From then on the index's version is asked, for a while, until it is another.
///
/// `@unchecked Sendable` is safe: all that changes is touched on `queue` alone.
private final class IndexWatch: @unchecked Sendable {
  private static let interval = DispatchTimeInterval.milliseconds(20)
  /// Looks after a write; a commit on a slow disk takes seconds.
  private static let looks = 250

  private let queue = DispatchQueue(label: "slotscope.changes")
  private let source: any DispatchSourceRead
  private let index: SlotIndex
  private let fire: @Sendable () -> Void
  private var version: Int
  private var looksLeft = 0

  /// Nil where the kernel can't watch the folder.
  init?(store: PersistentStore, fire: @escaping @Sendable () -> Void) {
    let descriptor = slotscope_watch_folder(store.directory)
    guard descriptor >= 0 else { return nil }
    index = store.index
    self.fire = fire
    version = (try? store.index.version()) ?? 0
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    source.setEventHandler { [weak self] in
      if slotscope_take_events(descriptor, "index.db") { self?.written() }
    }
    source.setCancelHandler { close(descriptor) }
    source.activate()
  }

  func cancel() {
    queue.async { [self] in
      looksLeft = 0
      source.cancel()
    }
  }

  private func written() {
    let isLooking = looksLeft > 0
    looksLeft = Self.looks
    if !isLooking { look() }
  }

  private func look() {
    guard looksLeft > 0 else { return }
    looksLeft -= 1
    // An index that can't be read any more is a change, too.
    guard let now = try? index.version() else {
      looksLeft = 0
      return fire()
    }
    if now != version {
      version = now
      fire()
    }
    queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in self?.look() }
  }
}
