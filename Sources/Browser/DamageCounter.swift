import Dispatch
import Foundation
import SlotStore
import Synchronization
import Tensors

/// How many slots are damaged, as far as that is known.
package struct DamageCount: Sendable, Equatable {
  package var count: Int
  /// Whether not all slots have been looked at since the store last changed.
  package var isCounting: Bool

  package init(count: Int, isCounting: Bool = false) {
    self.count = count
    self.isCounting = isCounting
  }
}

/// Counts the damaged slots in the background, anew when the store has changed: what a row says of its file is known
/// by a look at the file alone.
///
/// A million slots take seconds. So a count that runs is brought to its end, however often the store changes meanwhile,
/// and the next waits a while: who keeps changing the store takes a fifth of a core at most, and nobody who does not.
final class DamageCounter: Sendable {
  private struct State {
    var isCounting = false
    /// Whether the store has changed since the count began.
    var isStale = false
    /// What was found when all slots had last been looked at.
    var known = 0
  }

  /// How long a count takes before it is told of on the way.
  private static let blink = Duration.milliseconds(250)
  /// Of the time that a count took.
  private static let pause = 4.0

  private let store: PersistentStore
  private let isInTheWay: @Sendable () -> Bool
  private let tell: @Sendable (DamageCount) -> Void
  private let state = Mutex(State())
  private let progress = WorkProgress()
  private let queue = DispatchQueue(label: "slotscope.browser.damage", qos: .utility)

  /// - Parameters:
  ///   - isInTheWay: whether somebody waits for an answer from the index, who goes first.
  ///   - tell: called on a thread of its own.
  init(
    store: PersistentStore, isInTheWay: @escaping @Sendable () -> Bool,
    tell: @escaping @Sendable (DamageCount) -> Void
  ) {
    self.store = store
    self.isInTheWay = isInTheWay
    self.tell = tell
  }

  /// To be called when the index or a weight file has changed, and once at first.
  func storeChanged() {
    let begins = state.withLock { state in
      state.isStale = true
      defer { state.isCounting = true }
      return !state.isCounting
    }
    if begins { queue.async { self.count() } }
  }

  func stop() { progress.cancel() }

  private func count() {
    let known = state.withLock { state in
      state.isStale = false
      return state.known
    }
    BackgroundThreads.giveWay()
    let start = ContinuousClock.now
    var lastTold = start
    // What can't be read now is for the list to say: the count stays what it was.
    let found = try? store.damagedCount(progress: progress) { soFar in
      while isInTheWay(), !progress.isCancelled { usleep(10_000) }
      guard lastTold.duration(to: .now) > Self.blink else { return }
      lastTold = .now
      tell(DamageCount(count: max(known, soFar), isCounting: true))
    }
    if progress.isCancelled { return }
    let isStale = state.withLock { state in
      if let found { state.known = found }
      state.isCounting = state.isStale
      return state.isStale
    }
    if let found { tell(DamageCount(count: found, isCounting: isStale && lastTold > start)) }
    if !isStale { return }
    let took = start.duration(to: .now)
    queue.asyncAfter(deadline: .now() + Self.pause * (took / .seconds(1))) { self.count() }
  }
}
