import Foundation
import SlotStore

/// One piece of work of the queue, as it stands now.
public struct Build: Sendable, Identifiable {
  public enum Action: String, Sendable {
    case build, rebuild, `import`
  }

  public enum State: Sendable {
    case queued
    case running
    case finished(BuildOutcome)
    /// Why, in a line.
    case failed(String)
    case cancelled

    public var isActive: Bool {
      switch self {
      case .queued, .running: true
      default: false
      }
    }

    /// Whether it ended without having done what was asked.
    public var canBeRetried: Bool {
      switch self {
      case .failed, .cancelled: true
      default: false
      }
    }
  }

  public let id: Int
  /// That of the first of those that were submitted together with it.
  public let group: Int
  public let action: Action
  /// Nil until an import has been given its slot.
  public internal(set) var slotID: Int?
  public let modelType: String
  /// The preset or file.
  public let name: String
  public internal(set) var state: State
  /// Of the weights; the total is 0 until it is known.
  public internal(set) var completedBytes = 0
  public internal(set) var totalBytes = 0
  /// When it began to run.
  public internal(set) var started: Date?
  /// When it ended.
  public internal(set) var ended: Date?

  init(
    id: Int, group: Int? = nil, action: Action, slotID: Int?, modelType: String, name: String, state: State,
    completedBytes: Int = 0, totalBytes: Int = 0, started: Date? = nil, ended: Date? = nil
  ) {
    self.id = id
    self.group = group ?? id
    self.action = action
    self.slotID = slotID
    self.modelType = modelType
    self.name = name
    self.state = state
    self.completedBytes = completedBytes
    self.totalBytes = totalBytes
    self.started = started
    self.ended = ended
  }

  /// Between 0 and 1.
  public var fraction: Double {
    totalBytes > 0 ? min(1, Double(completedBytes) / Double(totalBytes)) : 0
  }

  /// Since the work began; nil before.
  public func bytesPerSecond(now: Date = Date()) -> Double? {
    guard let started, completedBytes > 0 else { return nil }
    let seconds = (ended ?? now).timeIntervalSince(started)
    return seconds > 0 ? Double(completedBytes) / seconds : nil
  }

  /// At the rate until now; nil where that is not known.
  public func secondsLeft(now: Date = Date()) -> Double? {
    guard case .running = state, let rate = bytesPerSecond(now: now), rate > 0 else { return nil }
    return Double(totalBytes - completedBytes) / rate
  }
}

/// What a build made.
public struct BuildOutcome: Sendable {
  public let slotID: Int
  /// From the start of the work to the commit.
  public let seconds: Double
  /// What the slot held; nil where it was empty.
  public let before: SlotDetails?
  public let after: SlotDetails
  /// Whether the source file is another than the one read last time; nil where there is none to compare with.
  public let sourceChanged: Bool?
  /// Set where the slot had no recipe and one was inferred from its model type.
  public let inferredRecipe: Bool
  /// Whether the slot holds what it held: then there is nothing to go back to.
  public internal(set) var isUnchanged = false
}
