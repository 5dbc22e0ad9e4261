import CStore
import Foundation
import Npy
import Tensors

/// A save of another process, under way: a staged file that somebody holds locked.
package struct SaveElsewhere: Sendable, Hashable, Identifiable {
  /// The name of the staged file.
  package let id: String
  /// nil where it is not known: what goes into the next free slot, and what an older program writes.
  package let slotID: Int?
  /// nil where an older program writes it.
  package let processID: Int32?
  /// Bytes of the weights, written so far and in all; the latter 0 until the header is there.
  package let completedBytes: Int
  package let totalBytes: Int

  package init(id: String, slotID: Int?, processID: Int32?, completedBytes: Int, totalBytes: Int) {
    self.id = id
    self.slotID = slotID
    self.processID = processID
    self.completedBytes = completedBytes
    self.totalBytes = totalBytes
  }
}

extension PersistentStore {
  /// What other processes are writing, as it goes on; empty when the last of it has ended.
  ///
  /// Nothing is polled while nobody else writes: the kernel says when a file is made in `wal/` (inotify). Where it
  /// can't, the sequence never fires.
  package func savesElsewhere() -> AsyncStream<[SaveElsewhere]> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      guard let watch = StagingWatch(files: files, tell: { continuation.yield($0) }) else { return }
      continuation.onTermination = { _ in watch.cancel() }
    }
  }
}

extension WeightFiles {
  /// What others are writing now.
  func savesElsewhere() -> [SaveElsewhere] {
    let names = (try? entries("wal")) ?? []
    return names.sorted().compactMap { file in
      guard file.hasSuffix(StagedName.fileExtension), StagedFile.isNameOfOurs(file) else { return nil }
      let name = StagedName(file: file)
      if name?.process == getpid() { return nil }
      return saveElsewhere(file, name)
    }
  }

  /// nil where nobody holds it locked: what a dead process left is no save.
  private func saveElsewhere(_ file: String, _ name: StagedName?) -> SaveElsewhere? {
    let descriptor = open(path("wal/" + file), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    if descriptor < 0 { return nil }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK { return nil }
    let (completed, total) = Self.progress(descriptor)
    return SaveElsewhere(
      id: file, slotID: name?.slot, processID: name?.process, completedBytes: completed, totalBytes: total)
  }

  /// Bytes of the array in a file that is being written, so far and in all; 0 where its header is not there yet.
  private static func progress(_ descriptor: Int32) -> (completed: Int, total: Int) {
    var status = stat()
    if fstat(descriptor, &status) != 0 { return (0, 0) }
    let size = Int(status.st_size)
    return withUnsafeTemporaryAllocation(byteCount: min(size, 4096), alignment: 8) { prefix in
      guard pread(descriptor, prefix.baseAddress, prefix.count, 0) == prefix.count else { return (0, 0) }
      do throws(NpyError) {
        let header = try NpyHeader.parse(prefix: UnsafeRawBufferPointer(prefix), fileByteCount: size)
        return (header.dataByteCount, header.dataByteCount)
      } catch {
        // It is too short as long as it is being written, and by how much is what is asked.
        guard case .dataTruncated(let expected, let actual) = error else { return (0, 0) }
        return (max(0, actual), expected)
      }
    }
  }
}

/// Tells what others are staging.
///
/// A look takes, for a moment, a shared lock on what nobody holds. Whoever makes a staged file at that moment finds it
/// locked and starts again, as it does where a sweep comes between; a sweep leaves the file for the next.
///
/// `@unchecked Sendable` is safe: all that changes is touched on `queue` alone.
private final class StagingWatch: @unchecked Sendable {
  private static let interval = DispatchTimeInterval.milliseconds(200)

  private let queue = DispatchQueue(label: "slotscope.staging")
  private let source: any DispatchSourceRead
  private let files: WeightFiles
  private let tell: @Sendable ([SaveElsewhere]) -> Void
  private var isLooking = false
  private var wasEmpty = true

  /// Nil where the kernel can't watch the folder.
  init?(files: WeightFiles, tell: @escaping @Sendable ([SaveElsewhere]) -> Void) {
    let descriptor = slotscope_watch_names(files.path("wal"))
    guard descriptor >= 0 else { return nil }
    self.files = files
    self.tell = tell
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    source.setEventHandler { [weak self] in
      if slotscope_take_events(descriptor, "") { self?.lookSoon() }
    }
    source.setCancelHandler { close(descriptor) }
    source.activate()
    // What is under way already.
    queue.async { [weak self] in self?.lookSoon() }
  }

  func cancel() { source.cancel() }

  /// Small saves have ended before anybody looks.
  private func lookSoon() {
    if isLooking || source.isCancelled { return }
    isLooking = true
    queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in self?.look() }
  }

  private func look() {
    isLooking = false
    if source.isCancelled { return }
    let saves = files.savesElsewhere()
    if !saves.isEmpty || !wasEmpty { tell(saves) }
    wasEmpty = saves.isEmpty
    if !wasEmpty { lookSoon() }
  }
}
