import Builds
import Canvas
import Foundation
import Inspection
import SlotStore

/// One row of the pane of jobs: whatever takes a while, wherever it runs.
package enum Job: Sendable, Identifiable {
  /// A build, rebuild or import of this session.
  case build(Build)
  /// Anything else of this session.
  case task(JobTask)
  /// A save of another process, as long as it lasts.
  case elsewhere(JobElsewhere)

  package enum ID: Sendable, Hashable {
    case build(Build.ID)
    case task(JobTask.ID)
    case elsewhere(JobElsewhere.ID)
  }

  package enum Phase: Sendable, Equatable {
    case running, queued, ended
  }

  package var id: ID {
    switch self {
    case .build(let build): .build(build.id)
    case .task(let task): .task(task.id)
    case .elsewhere(let save): .elsewhere(save.id)
    }
  }

  var phase: Phase {
    switch self {
    case .build(let build):
      switch build.state {
      case .running: .running
      case .queued: .queued
      default: .ended
      }
    case .task(let task):
      switch task.state {
      case .running: .running
      case .queued: .queued
      case .ended: .ended
      }
    case .elsewhere: .running
    }
  }

  var isElsewhere: Bool { if case .elsewhere = self { true } else { false } }

  var isActive: Bool { phase != .ended }

  /// Whether leaving it half done loses something: then who quits is asked first.
  var isMissed: Bool {
    switch self {
    case .build: true
    case .task(let task): task.request.isMissed
    case .elsewhere: false
    }
  }

  /// Whether it ended without having done all that was asked.
  var canBeRetried: Bool {
    switch self {
    case .build(let build): build.state.canBeRetried
    case .task(let task):
      if case .ended(let end) = task.state { end.manner != .done } else { false }
    case .elsewhere: false
    }
  }

  var endedAt: Date? {
    switch self {
    case .build(let build): build.ended
    case .task(let task): task.ended
    case .elsewhere: nil
    }
  }

  // MARK: Words

  /// Which slots it is about; empty where that is not known, or it is about the store.
  var slotIDs: [Int] {
    switch self {
    case .build(let build): build.slotID.map { [$0] } ?? []
    case .task(let task): task.request.slotIDs
    case .elsewhere(let job): job.save.slotID.map { [$0] } ?? []
    }
  }

  /// `slot 12`, `3 slots`, `store`.
  var subject: String {
    switch self {
    case .build(let build): "slot " + (build.slotID.map(String.init) ?? "new")
    case .task(let task):
      slotIDs.isEmpty ? (task.slotCount > 0 ? "all slots" : "store") : SlotsText.text(slotIDs)
    case .elsewhere(let job): "slot " + (job.save.slotID.map(String.init) ?? "new")
    }
  }

  var modelType: String { if case .build(let build) = self { build.modelType } else { "" } }

  var name: String {
    switch self {
    case .build(let build): build.name
    case .task(let task): task.request.name
    case .elsewhere(let job): job.name
    }
  }

  // MARK: How far it is

  var fraction: Double {
    switch self {
    case .build(let build): build.fraction
    case .task(let task): task.fraction
    case .elsewhere(let job): job.fraction
    }
  }

  /// Whether anything can be said of how far it is.
  var hasProgress: Bool {
    switch self {
    case .build: true
    case .task(let task): task.total > 0
    case .elsewhere(let job): job.save.totalBytes > 0
    }
  }

  /// ` 67 %`.
  var percent: String {
    let text = String(Int(fraction * 100))
    return String(repeating: " ", count: max(0, 3 - text.count)) + text + " %"
  }

  /// `278.1 MB/s`, `12 slots/s`, `12,400/s`.
  func rate(now: Date) -> String {
    switch self {
    case .build(let build): return build.bytesPerSecond(now: now).map(Self.byteRate) ?? ""
    case .task(let task):
      guard let rate = task.perSecond(now: now) else { return "" }
      let count = Format.grouped(Int(rate.rounded()))
      switch task.request.unit {
      case .bytes: return Self.byteRate(rate)
      case .slots: return "\(count) slots/s"
      case .entries: return "\(count)/s"
      }
    case .elsewhere(let job): return job.bytesPerSecond(now: now).map(Self.byteRate) ?? ""
    }
  }

  private static func byteRate(_ rate: Double) -> String { Format.bytes(Int(rate)) + "/s" }

  /// `3 s`; empty where it is not known.
  func timeLeft(now: Date) -> String {
    let seconds: Double?
    switch self {
    case .build(let build): seconds = build.secondsLeft(now: now)
    case .task(let task):
      seconds = task.perSecond(now: now).map { Double(task.total - task.completed) / $0 }
    case .elsewhere(let job): seconds = job.secondsLeft(now: now)
    }
    guard phase == .running, let left = seconds?.rounded(.up), left >= 0, left < 1e9 else { return "" }
    return left < 60 ? "\(Int(max(1, left))) s" : Format.duration(left)
  }

  /// `12 of 30`, where it is about several slots.
  var counted: String {
    guard case .task(let task) = self, task.slotCount > 1 else { return "" }
    return "\(Format.grouped(task.slotsDone)) of \(Format.grouped(task.slotCount))"
  }

  // MARK: How it stands

  /// How it stands where it does not run.
  func stateSpans(_ glyphs: Glyphs) -> [Span] {
    switch self {
    case .build(let build):
      switch build.state {
      case .running: []
      case .queued: [Span("queued", .dim)]
      case .cancelled: [Span("\(glyphs.separator) cancelled; nothing was changed", .dim)]
      case .failed(let reason): [Span("\(glyphs.damaged) ", .bad), Span(reason, .bad)]
      case .finished(let outcome):
        [Span("\(glyphs.verified) ", .good), Span(VerdictText.line(outcome, action: build.action))]
      }
    case .task(let task):
      switch task.state {
      case .running: []
      case .queued: [Span("queued", .dim)]
      case .ended(let end): end.spans(task, glyphs)
      }
    case .elsewhere: []
    }
  }
}

extension TaskEnd {
  fileprivate func spans(_ task: JobTask, _ glyphs: Glyphs) -> [Span] {
    let text = TaskText.line(self, task.request)
    switch manner {
    case .cancelled: return [Span("\(glyphs.separator) \(text)", .dim)]
    case .done where !isBad: return [Span("\(glyphs.verified) ", .good), Span(text)]
    default: return [Span("\(glyphs.damaged) ", .bad), Span(text, .bad)]
    }
  }

  /// Whether what it found is not as it should be.
  var isBad: Bool {
    if case .failed = manner { return true }
    switch result {
    case .verified(let found): return found.damagedCount > 0
    case .checked(let report): return !report.isSound
    default: return false
    }
  }
}
