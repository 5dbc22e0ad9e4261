import Dispatch
import Foundation
import ModelContext
import SlotStore
import Statistics
import Synchronization
import Tensors

extension Inspector {
  /// The profile of every tensor of a slot; `each` hears of one as soon as it is known, from the thread that calls:
  /// first of those that are known from an earlier time, then of the others, each time in the order of the tensor
  /// table. Once all are known they are kept in the index.
  ///
  /// - Parameters:
  ///   - revision: a kept one; nil for the current.
  ///   - progress: told of bytes; cancelling it ends the work within a few milliseconds.
  /// - Throws: `StoreError`, `CancellationError`.
  public func profiles(
    of slot: Int, revision: Int? = nil, progress: WorkProgress? = nil,
    each: (_ tensor: Int, TensorProfile) -> Void
  ) throws {
    let opened = try store.openWeights(slot, revision: revision)
    let tensors = opened.layout.tensors
    var profiles = knownProfiles(opened)
    for (index, profile) in profiles.enumerated() { profile.map { each(index, $0) } }
    let unknown = profiles.indices.filter { profiles[$0] == nil }
    let progress = progress ?? WorkProgress()
    progress.begin(total: unknown.reduce(0) { $0 + tensors[$1].info.byteCount })
    if unknown.isEmpty { return }
    // What a cancelled look has found is not lost.
    defer { remember(profiles, of: opened) }
    for batch in ProfileBatch.batches(of: unknown, tensors) {
      for (index, profile) in zip(batch.tensors, try batch.profiles(opened, progress)) {
        profiles[index] = profile
        each(index, profile)
      }
    }
    if let checksum = opened.row.checksum {
      store.keepSummary(ProfileTable.text(profiles, of: tensors, checksum: checksum), of: opened)
    }
  }

  /// What is known of a slot's tensors from an earlier time, in memory or in the index; nil where it is not.
  func knownProfiles(_ opened: OpenedWeights) -> [TensorProfile?] {
    let tensors = opened.layout.tensors
    let unknown = [TensorProfile?](repeating: nil, count: tensors.count)
    guard let checksum = opened.row.checksum else { return unknown }
    if let known = rememberedProfiles.withLock({ $0[checksum] }), known.tensors == tensors {
      return known.profiles
    }
    guard let text = store.keptSummary(of: opened),
      let profiles = ProfileTable.profiles(text, of: tensors, checksum: checksum)
    else { return unknown }
    remember(profiles, of: opened)
    return profiles
  }

  private func remember(_ profiles: [TensorProfile?], of opened: OpenedWeights) {
    guard let checksum = opened.row.checksum else { return }
    rememberedProfiles.withLock { remembered in
      if remembered.count >= Self.rememberedModels { remembered.removeAll() }
      remembered[checksum] = RememberedProfiles(tensors: opened.layout.tensors, profiles: profiles)
    }
  }

  private static let rememberedModels = 16
}

/// Profiles of the tensors that have a checksum together.
struct RememberedProfiles {
  let tensors: [PlacedTensor]
  let profiles: [TensorProfile?]
}

/// Tensors that are looked at together: one that is large by all threads, or many small ones, each by one thread.
struct ProfileBatch {
  private(set) var tensors: [Int] = []
  private var byteCount = 0

  /// From so many bytes on a tensor has all threads to itself.
  private static let largeTensor = 16 << 20
  /// A batch is done within some tens of milliseconds, so that results come steadily.
  private static let byteLimit = 32 << 20
  private static let tensorLimit = 256

  static func batches(of indices: [Int], _ tensors: [PlacedTensor]) -> [ProfileBatch] {
    var batches: [ProfileBatch] = []
    var batch = ProfileBatch()
    func close() {
      if !batch.tensors.isEmpty { batches.append(batch) }
      batch = ProfileBatch()
    }
    for index in indices {
      let size = tensors[index].info.byteCount
      if size >= largeTensor || batch.byteCount + size > byteLimit || batch.tensors.count == tensorLimit {
        close()
      }
      batch.tensors.append(index)
      batch.byteCount += size
      if size >= largeTensor { close() }
    }
    close()
    return batches
  }

  /// - Throws: what reading throws, `CancellationError`.
  func profiles(_ opened: OpenedWeights, _ progress: WorkProgress) throws -> [TensorProfile] {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    let workers = min(tensors.count, processors)
    let made = Mutex<[TensorProfile?]>(Array(repeating: nil, count: tensors.count))
    let failure = Mutex<(any Error)?>(nil)
    let next = Atomic<Int>(0)
    let run = { @Sendable (_: Int) in
      do {
        while true {
          let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard number < tensors.count, failure.withLock({ $0 == nil }) else { return }
          try progress.checkCancellation()
          let pass = Inspector.pass(opened, tensor: tensors[number], threads: workers == 1 ? processors : 1)
          let size = opened.layout.tensors[tensors[number]].info.byteCount
          let profile = try TensorProfile(pass, progress: WorkProgress(partOf: progress, share: size))
          made.withLock { $0[number] = profile }
        }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if workers == 1 { run(0) } else { DispatchQueue.concurrentPerform(iterations: workers, execute: run) }
    if let error = failure.withLock({ $0 }) { throw error }
    return made.withLock { $0.compactMap { $0 } }
  }
}
