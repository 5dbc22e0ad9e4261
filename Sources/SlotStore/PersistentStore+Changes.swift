import CStore
import Foundation

extension PersistentStore {
  /// Fires when a process, this one included, has changed the index. Nothing is polled: the kernel says when the
  /// files of the index are written (inotify). Several changes at once may come as one.
  ///
  /// Where the kernel can't watch the folder the sequence never fires.
  public func changes() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let descriptor = slotscope_watch_folder(directory)
      guard descriptor >= 0 else { return }
      let source = DispatchSource.makeReadSource(
        fileDescriptor: descriptor, queue: DispatchQueue(label: "slotscope.changes"))
      source.setEventHandler {
        if slotscope_take_events(descriptor, "index.db") { continuation.yield() }
      }
      source.setCancelHandler { close(descriptor) }
      let watch = Watch(source)
      continuation.onTermination = { _ in watch.source.cancel() }
      source.activate()
    }
  }
}

/// `@unchecked Sendable` is safe: dispatch sources may be cancelled from any thread, and nothing else is done.
private final class Watch: @unchecked Sendable {
  let source: any DispatchSourceRead
  init(_ source: any DispatchSourceRead) { self.source = source }
}
