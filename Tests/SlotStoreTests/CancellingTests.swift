import Foundation
import ModelContext
import SlotStore
import Synchronization
import Tensors
import Testing

/// What takes long with many slots says how far it is, and leaves the store whole where it is cancelled.
struct CancellingTests {
  // MARK: gc

  /// A slot with that many earlier revisions.
  private func garbage(_ count: Int, _ configure: (inout StoreOptions) -> Void = { _ in }) throws
    -> TemporaryStore
  {
    let temporary = try TemporaryStore(fast: true) {
      $0.keepRevisions = count
      configure(&$0)
    }
    for number in 0...count { try temporary.store.saveContext(.sample(Double(number)), in: 1) }
    return temporary
  }

  @Test("gc drops a batch at a time, and says how far it is")
  func gcProgress() throws {
    let temporary = try garbage(250)
    let progress = WorkProgress()
    var seen: [Int] = []
    let dropped = try temporary.store.collectGarbage(progress: progress) {
      seen.append($0.revisions.count)
      #expect(progress.total == 250)
      #expect(progress.completed == seen.reduce(0, +))
    }
    #expect(seen == [100, 100, 50])
    #expect(dropped.revisions.map(\.revision) == Array(1...250))
    #expect(temporary.entries("revisions").count == 1)
  }

  @Test("a cancelled gc has dropped whole revisions, and the others can be restored")
  func gcCancelled() throws {
    let temporary = try garbage(250)
    let promised = try temporary.store.garbage()
    let progress = WorkProgress()
    var bytes = 0
    #expect(throws: CancellationError.self) {
      try temporary.store.collectGarbage(progress: progress) {
        bytes += $0.byteCount
        progress.cancel()
      }
    }
    let store = try temporary.another()
    #expect(try store.check().findings == [])
    #expect(try store.history(of: 1).map(\.revision) == Array(101...250).reversed())
    #expect(temporary.entries("revisions").count == 151)
    let rest = try store.garbage()
    #expect(bytes > 0 && bytes + rest.byteCount == promised.byteCount)
    try store.restoreContext(1, revision: 101)
    #expect(try store.loadContext(1, verifying: true).first == 100)
    #expect(try store.collectGarbage().revisions.count == 151, "what the restored one replaced, too")
  }

  @Test("gc drops what it promised, and not what others keep meanwhile")
  func gcPromise() throws {
    let temporary = try garbage(150)
    let other = try temporary.another()
    var saved = false
    try temporary.store.collectGarbage { _ in
      if saved { return }
      saved = true
      #expect(throws: Never.self) { try other.saveContext(.sample(500), in: 1) }
    }
    #expect(saved)
    #expect(try temporary.store.history(of: 1).map(\.revision) == [151])
    #expect(try temporary.store.check().findings == [])
  }

  @Test("a gc that is cancelled before it begins drops nothing")
  func gcCancelledAtOnce() throws {
    let temporary = try garbage(3)
    let progress = WorkProgress()
    progress.cancel()
    #expect(throws: CancellationError.self) { try temporary.store.collectGarbage(progress: progress) }
    #expect(try temporary.store.garbage().revisions.count == 3)
  }

  @Test("what was promised is dropped, and not what came after it")
  func gcPromised() throws {
    let temporary = try garbage(2) { $0.keepRevisions = 9 }
    let promised = try temporary.store.garbage()
    try temporary.store.saveContext(.sample(500), in: 1)
    #expect(try temporary.store.collectGarbage(promised).revisions.map(\.revision) == [1, 2])
    #expect(try temporary.store.history(of: 1).map(\.revision) == [3])
  }

  // MARK: what is looked at before

  @Test("a look for garbage says how far it is: all rows and all files, each once")
  func lookProgress() throws {
    let temporary = try garbage(5)
    let progress = WorkProgress()
    #expect(try temporary.store.garbage(progress: progress).revisions.count == 5)
    #expect(progress.total == 13, "a slot, six revisions of it, six files")
    #expect(progress.completed == 13)
  }

  @Test("a look for garbage is cancelled between two rows")
  func lookCancelled() throws {
    let asked = Mutex<WorkProgress?>(nil)
    let temporary = try garbage(5) {
      $0.probe = { operation, path in
        if operation == .list, path.hasSuffix("/wal") { asked.withLock { $0?.cancel() } }
      }
    }
    let progress = WorkProgress()
    asked.withLock { $0 = progress }
    #expect(throws: CancellationError.self) { try temporary.store.garbage(progress: progress) }
    #expect(progress.total == 13 && progress.completed == 1)
    asked.withLock { $0 = nil }
    #expect(try temporary.store.garbage().revisions.count == 5, "the connection is good for the next one")
  }

  @Test("what is kept of slots is counted slot by slot, until that is cancelled")
  func purgeableCancelled() throws {
    let temporary = try garbage(5)
    try temporary.store.saveContext(.sample(1), in: 2)
    let progress = WorkProgress()
    #expect(try temporary.store.purgeable([1, 2], progress: progress).revisions == 7)
    #expect(progress.total == 2 && progress.completed == 2)
    progress.cancel()
    #expect(throws: CancellationError.self) { try temporary.store.purgeable([1, 2], progress: progress) }
    #expect(progress.completed == 0)
  }

  @Test("the revisions of a slot are looked at one by one, until that is cancelled")
  func revisionsCancelled() throws {
    let temporary = try garbage(5)
    let progress = WorkProgress()
    #expect(try temporary.store.revisions(of: 1, progress: progress).count == 5)
    #expect(progress.total == 5 && progress.completed == 5)
    progress.cancel()
    #expect(throws: CancellationError.self) { try temporary.store.revisions(of: 1, progress: progress) }
    #expect(progress.completed == 0)
  }

  @Test("the numbers of the slots are read one by one, until that is cancelled")
  func slotIDsCancelled() throws {
    let temporary = try garbage(1)
    try temporary.store.saveContext(.sample(1), in: 2)
    let progress = WorkProgress()
    #expect(try temporary.store.slotIDs(progress: progress) == [1, 2])
    #expect(progress.total == 2 && progress.completed == 2)
    progress.cancel()
    #expect(throws: CancellationError.self) { try temporary.store.slotIDs(progress: progress) }
    #expect(progress.completed == 1)
  }

  // MARK: check

  @Test("a check says how far it is: all rows and all files, each once")
  func checkProgress() throws {
    let temporary = try garbage(5)
    let progress = WorkProgress()
    let report = try temporary.store.check(progress: progress)
    #expect(report.slots == 1 && report.keptRevisions == 5 && report.files == 7)
    #expect(progress.total == 13)
    #expect(progress.completed == 13)
  }

  @Test("more slots than are read at once are all checked")
  func checkMany() throws {
    let temporary = try TemporaryStore(fast: true)
    try temporary.sql(
      """
      WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1200)
      INSERT INTO contexts (slot_id, weight_file, weight_shape, weight_dtype, config_json, metadata_json)
        SELECT n, '', '[1]', 'float64', '{}', '{}' FROM numbers
      """)
    let report = try temporary.another { $0.access = .read }.check()
    #expect(report.slots == 1201)
    #expect(report.findings.map(\.slotID) == Array(0...1200))
    #expect(report.findings.allSatisfy { $0.kind == .missingFile })
  }

  @Test("a check is cancelled between two rows, whoever holds the lock then")
  func checkCancelled() throws {
    let asked = Mutex<WorkProgress?>(nil)
    let temporary = try garbage(5) {
      $0.probe = { operation, path in
        if operation == .list, path.hasSuffix("/revisions") { asked.withLock { $0?.cancel() } }
      }
    }
    let progress = WorkProgress()
    asked.withLock { $0 = progress }
    #expect(throws: CancellationError.self) { try temporary.store.check(progress: progress) }
    #expect(progress.total == 13 && progress.completed == 1)
    asked.withLock { $0 = nil }
    #expect(try temporary.store.check().findings == [])
    try temporary.store.saveContext(.sample(9), in: 2)
  }

  @Test("SQLite's own look at a large index is interrupted, too")
  func interrupted() throws {
    let temporary = try TemporaryStore(fast: true)
    // Rows whose keys and indexes take seconds to compare.
    try temporary.sql(
      """
      WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
      INSERT INTO contexts (slot_id, model_type, name, updated_at, weight_file, config_json, metadata_json)
        SELECT n, 'LLM', 'slot ' || n, n, '', '{}', '{}' FROM numbers
      """)
    let store = try temporary.another()
    let progress = WorkProgress()
    Thread.detachNewThread {
      usleep(30_000)
      progress.cancel()
    }
    #expect(throws: CancellationError.self) { try store.check(progress: progress) }
    #expect(progress.total == 0, "it was still looking at the index as a whole")
    #expect(try store.exists(7), "the connection is good for the next question")
  }

  // MARK: repair

  /// Ten slots without their links.
  private func broken() throws -> TemporaryStore {
    let temporary = try TemporaryStore(fast: true)
    for slot in 0..<10 { try temporary.store.saveContext(.sample(Double(slot)), in: slot) }
    for name in temporary.entries("slots") { unlink(temporary.path("slots/" + name)) }
    return temporary
  }

  @Test("a repair says how far it is, and tells of each finding as soon as it is put right")
  func repairProgress() throws {
    let temporary = try broken()
    let progress = WorkProgress()
    var repaired: [Int?] = []
    let report = try temporary.another().repair(progress: progress) { finding in
      repaired.append(finding.slotID)
      #expect(progress.total == 30, "repairs were expected as soon as they were known to be needed")
      #expect(finding.repair == "made again")
      #expect(temporary.entries("slots").count == repaired.count)
    }
    #expect(report.isSound)
    #expect(repaired == Array(0..<10))
    #expect(progress.total == 30, "ten rows, ten revisions, ten findings")
    #expect(progress.completed == 30)
  }

  @Test("a cancelled repair has done some repairs whole and the others not")
  func repairCancelled() throws {
    let temporary = try broken()
    let progress = WorkProgress()
    var repaired = 0
    #expect(throws: CancellationError.self) {
      try temporary.another().repair(progress: progress) { _ in
        repaired += 1
        if repaired == 4 { progress.cancel() }
      }
    }
    #expect(repaired == 4)
    let store = try temporary.another()
    let open = try store.check().findings
    #expect(open.map(\.slotID) == Array(4..<10))
    #expect(open.allSatisfy { $0.kind == .linkMissing })
    #expect(try store.repair().isSound)
  }

  @Test("a repair is cancelled while it reads a large file to find out whose it is")
  func repairCancelledWhileReading() throws {
    let temporary = try TemporaryStore(fast: true)
    try temporary.store.saveContext(.sample(1, count: 4_000_000), in: 1)
    let file = try temporary.weightFile(1)
    rename(file, temporary.path("revisions/mine.npy"))
    let progress = WorkProgress()
    let store = try temporary.another {
      $0.probe = { operation, path in
        // The last thing before the file is read.
        if operation == .list, path.hasSuffix("/lost+found") { progress.cancel() }
      }
    }
    #expect(throws: CancellationError.self) { try store.repair(progress: progress) }
    #expect(temporary.entries("revisions") == ["mine.npy"])
    #expect(try temporary.another().repair().isSound)
    #expect(try temporary.another().loadContext(1, verifying: true).first == 1)
  }

  // MARK: clear

  @Test("a cancelled clear has emptied some slots, which can be restored, and the others not")
  func clearCancelled() throws {
    let temporary = try TemporaryStore(fast: true)
    for slot in 0..<4 { try temporary.store.saveContext(.sample(Double(slot)), in: slot) }
    let progress = WorkProgress()
    progress.cancel()
    #expect(throws: CancellationError.self) { try temporary.store.clear(progress: progress) }
    #expect(try temporary.store.slotIDs() == [0, 1, 2, 3])
    try temporary.store.clear(progress: WorkProgress())
    #expect(try temporary.store.slotIDs() == [])
    try temporary.store.restoreContext(2)
    #expect(try temporary.store.check().findings == [])
  }
}
