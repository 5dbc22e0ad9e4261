import Foundation
import Synchronization
import Tensors

extension PersistentStore {
  /// Verifies several slots at once, each on a core of its own, since MD5 is serial by nature. What is found is noted
  /// in the index a batch at a time.
  ///
  /// - Parameters:
  ///   - quick, skippingVerified: as for a single slot.
  ///   - progress: told of bytes read, of all that these slots hold; cancelling it ends the work within a block.
  ///   - report: called for every slot that has not been deleted meanwhile, in the order of the slots, each as soon
  ///     as all before it are done.
  /// - Throws: what verifying a slot throws; results so far are noted.
  public func verify(
    _ slots: [Int], quick: Bool = false, skippingVerified: Bool = false,
    progress: WorkProgress = WorkProgress(), report: (Verification) -> Void
  ) throws {
    let verifier = Verifier(
      store: self, slots: slots, quick: quick, skippingVerified: skippingVerified, progress: progress)
    let sizes = try index.sizes()
    progress.begin(total: slots.reduce(0) { $0 &+ (sizes[$1] ?? 0) })
    defer { verifier.rememberAll() }
    try verifier.run(report)
  }
}

private final class Verifier: Sendable {
  /// Nil for a slot that has been deleted meanwhile.
  private typealias Outcome = Result<Verification?, any Error>

  private let store: PersistentStore
  private let slots: [Int]
  private let quick: Bool
  private let skippingVerified: Bool
  private let progress: WorkProgress
  private let next = Atomic<Int>(0)
  private let outcomes = Mutex<[Int: Outcome]>([:])
  private let notes = Mutex<[VerificationNote]>([])
  private let finished = DispatchSemaphore(value: 0)

  init(
    store: PersistentStore, slots: [Int], quick: Bool, skippingVerified: Bool,
    progress: WorkProgress
  ) {
    self.store = store
    self.slots = slots
    self.quick = quick
    self.skippingVerified = skippingVerified
    self.progress = progress
  }

  func run(_ report: (Verification) -> Void) throws {
    let workers = min(slots.count, ProcessInfo.processInfo.activeProcessorCount)
    for _ in 0..<workers { Thread.detachNewThread { self.work() } }
    // Whatever ends this, the workers take no other slot.
    defer { next.store(slots.count, ordering: .relaxed) }
    var reported = 0
    var lastNoted = ContinuousClock.now
    for _ in slots {
      finished.wait()
      while let outcome = outcomes.withLock({ $0.removeValue(forKey: reported) }) {
        reported += 1
        try outcome.get().map(report)
      }
      if lastNoted.duration(to: .now) > .seconds(1) {
        rememberAll()
        lastNoted = .now
      }
    }
  }

  private func work() {
    while true {
      let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard place < slots.count else { return }
      let outcome = Outcome { try verify(slots[place]) }
      outcomes.withLock { $0[place] = outcome }
      finished.signal()
    }
  }

  private func verify(_ slot: Int) throws -> Verification? {
    try progress.checkCancellation()
    do {
      let (verification, note) = try store.examine(
        slot, quick: quick, skippingVerified: skippingVerified, progress: progress)
      if let note { notes.withLock { $0.append(note) } }
      return verification
    } catch StoreError.noSlot {
      return nil
    }
  }

  /// Notes what has been found so far.
  func rememberAll() {
    store.remember(
      notes.withLock { notes in
        defer { notes = [] }
        return notes
      })
  }
}
