import CStore
import Foundation

extension PersistentStore {
  /// Fires when weight files have been written, replaced, removed or touched, by whatever program, also where the index
  /// was not: what rows say of their files may be another by now. Nothing is polled: the kernel says so (inotify).
  /// Several changes at once come as one.
  ///
  /// Where the kernel can't watch the folders the sequence never fires.
  package func fileChanges() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let watch = FileWatch(folders: ["slots", RevisionName.folder].map(files.path)) { continuation.yield() }
      continuation.onTermination = { _ in watch.cancel() }
    }
  }
}

/// Tells when files of some folders have changed.
///
/// `@unchecked Sendable` is safe: all that changes is touched on `queue` alone.
private final class FileWatch: @unchecked Sendable {
  /// Who writes a file does so many times.
  private static let pause = DispatchTimeInterval.milliseconds(200)

  private let queue = DispatchQueue(label: "slotscope.files")
  private var sources: [any DispatchSourceRead] = []
  private let fire: @Sendable () -> Void
  private var isFiring = false

  init(folders: [String], fire: @escaping @Sendable () -> Void) {
    self.fire = fire
    for folder in folders {
      let descriptor = slotscope_watch_contents(folder)
      if descriptor < 0 { continue }
      let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
      source.setEventHandler { [weak self] in
        if slotscope_take_events(descriptor, "") { self?.fireSoon() }
      }
      source.setCancelHandler { close(descriptor) }
      // Also here: one that is active may fire while the next is made.
      queue.sync {
        sources.append(source)
        source.activate()
      }
    }
  }

  func cancel() {
    queue.async { [self] in
      for source in sources { source.cancel() }
      sources = []
    }
  }

  private func fireSoon() {
    if isFiring || sources.isEmpty { return }
    isFiring = true
    queue.asyncAfter(deadline: .now() + Self.pause) { [weak self] in
      self?.isFiring = false
      self?.fire()
    }
  }
}
