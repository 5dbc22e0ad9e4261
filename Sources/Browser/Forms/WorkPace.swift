import Builds
import Foundation
import Inspection

/// How fast something goes: as it was measured in this session, else as it goes on most machines.
package struct WorkPace: Sendable, Equatable {
  package var bytesPerSecond: Double

  static let building = WorkPace(bytesPerSecond: 400e6)
  static let importing = WorkPace(bytesPerSecond: 300e6)
  static let exporting = WorkPace(bytesPerSecond: 500e6)

  /// `about 2 s`.
  func text(bytes: Int) -> String {
    let seconds = Double(bytes) / bytesPerSecond
    if seconds < 0.5 { return "less than a second" }
    // Whole seconds: more would promise more than is known.
    return seconds < 60 ? "about \(Int(max(1, seconds.rounded()))) s" : "about \(Format.duration(seconds))"
  }
}

extension BrowserState {
  package enum Work: Sendable {
    case building, importing, exporting
  }

  /// What is smaller says more of the disk's mood than of its pace.
  private static let smallestMeasured = 8 << 20

  /// Of what has been done in this session all counts, by its bytes.
  package func pace(of work: Work) -> WorkPace {
    var bytes = 0.0
    var seconds = 0.0
    for job in jobs.jobs {
      guard let done = job.measured(work), done.bytes >= Self.smallestMeasured else { continue }
      bytes += Double(done.bytes)
      seconds += done.seconds
    }
    if seconds > 0 { return WorkPace(bytesPerSecond: bytes / seconds) }
    return switch work {
    case .building: .building
    case .importing: .importing
    case .exporting: .exporting
    }
  }
}

extension Job {
  /// What was done in how long, where the job is such work and has been done.
  fileprivate func measured(_ work: BrowserState.Work) -> (bytes: Int, seconds: Double)? {
    let span: (bytes: Int, from: Date?, to: Date?)
    switch self {
    case .build(let build):
      guard case .finished = build.state, work != .exporting,
        (build.action == .import) == (work == .importing)
      else { return nil }
      span = (build.totalBytes, build.started, build.ended)
    case .task(let task):
      guard work == .exporting, case .export = task.request, case .ended(let end) = task.state,
        end.manner == .done
      else { return nil }
      span = (task.total, task.started, task.ended)
    case .elsewhere: return nil
    }
    guard let from = span.from, let to = span.to else { return nil }
    return (span.bytes, to.timeIntervalSince(from))
  }
}
