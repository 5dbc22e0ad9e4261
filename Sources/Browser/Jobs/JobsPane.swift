import Builds
import Foundation
import SlotStore

/// What takes a while, and which row is selected.
package struct JobsPane: Sendable {
  /// Running ones first, then those that wait, then those that have ended, the last first.
  package private(set) var jobs: [Job] = []
  private var builds: [Build] = []
  private var tasks: [JobTask] = []
  private var elsewhere: [JobElsewhere] = []
  private(set) var selectedID: Job.ID?
  /// When they were looked at: rates and times left refer to it.
  private(set) var now = Date(timeIntervalSince1970: 0)

  var isEmpty: Bool { jobs.isEmpty }
  var selection: Int { jobs.firstIndex { $0.id == selectedID } ?? 0 }
  var selected: Job? { jobs.isEmpty ? nil : jobs[selection] }
  var running: [Job] { jobs.filter { $0.phase == .running } }
  var queued: [Job] { jobs.filter { $0.phase == .queued } }
  var active: [Job] { jobs.filter(\.isActive) }
  /// Those of this session.
  var ours: [Job] { active.filter { !$0.isElsewhere } }
  /// Those that who quits is asked about.
  var missed: [Job] { active.filter(\.isMissed) }

  /// - Returns: the builds that have ended since the last time.
  mutating func take(_ new: [Build], now: Date) -> [Build] {
    let ended = Self.ended(new, since: builds) { $0.state.isActive }
    builds = new
    arrange(now)
    return ended
  }

  /// - Returns: the tasks that have ended since the last time.
  mutating func take(_ new: [JobTask], now: Date) -> [JobTask] {
    let ended = Self.ended(new, since: tasks) { $0.isActive }
    tasks = new
    arrange(now)
    return ended
  }

  mutating func take(_ saves: [SaveElsewhere], now: Date) {
    let known = Dictionary(elsewhere.map { ($0.id, $0) }) { first, _ in first }
    elsewhere = saves.map { save in
      var job = known[save.id] ?? JobElsewhere(save, seen: now)
      job.update(save)
      return job
    }
    arrange(now)
  }

  private static func ended<Work: Identifiable>(
    _ new: [Work], since old: [Work], isActive: (Work) -> Bool
  ) -> [Work] {
    let hadEnded = Set(old.filter { !isActive($0) }.map(\.id))
    return new.filter { !isActive($0) && !hadEnded.contains($0.id) }
  }

  private mutating func arrange(_ now: Date) {
    self.now = now
    let jobTasks = tasks.filter { !$0.request.isSurvey }
    let all = builds.map(Job.build) + jobTasks.map(Job.task) + elsewhere.map(Job.elsewhere)
    // Of those without a time, the later one was there later.
    let ended = all.enumerated().filter { !$0.element.isActive }.sorted { a, b in
      let times = (a.element.endedAt ?? .distantPast, b.element.endedAt ?? .distantPast)
      return times.0 == times.1 ? a.offset > b.offset : times.0 > times.1
    }
    jobs =
      all.filter { $0.phase == .running } + all.filter { $0.phase == .queued } + ended.map(\.element)
  }

  mutating func move(by rows: Int) { select(row: selection + rows) }

  mutating func select(row: Int) {
    guard !jobs.isEmpty else { return }
    selectedID = jobs[min(max(0, row), jobs.count - 1)].id
  }

  /// The running or waiting build of a slot.
  func activeBuild(slotID: Int) -> Build? { builds.first { $0.slotID == slotID && $0.state.isActive } }

  /// Whether nothing else was asked for together with it.
  func isAlone(_ build: Build) -> Bool { !builds.contains { $0.group == build.group && $0.id != build.id } }

  /// Whatever runs or waits for a slot alone.
  func active(slotID: Int) -> Job? { ours.first { $0.slotIDs == [slotID] } }

  func task(_ id: JobTask.ID) -> JobTask? { tasks.first { $0.id == id } }

  /// A running verification of that slot alone.
  func verification(of slotID: Int) -> JobTask? {
    tasks.first {
      if case .verify(let order) = $0.request { $0.isActive && order.onlySlot == slotID } else { false }
    }
  }
}

extension JobTask {
  var isActive: Bool { if case .ended = state { false } else { true } }

  /// `verifying 37 %`.
  var verifyingText: String { "verifying \(Int(fraction * 100)) %" }
}
