import Builds
import Canvas
import Statistics

/// What the state asks the shell around it to do. ``BrowserApp`` performs it off the main actor and sends a
/// ``Message`` back.
package enum Effect: Sendable {
  case loadPage(PageRequest)
  /// Totals and counts by model type; with a search, the counts of what matches.
  case loadTotals(TotalsRequest)
  /// Where a slot is that somebody wants to go to.
  case lookUpSlot(SlotLookup)
  case loadDetails(slotID: Int, generation: Int)
  case loadStatistics(StatisticsRequest)
  /// Statistics of an earlier selection are no longer wanted.
  case dropStatistics
  case loadHistogram(HistogramRequest)
  /// What the index says of the slot whose histogram goes over another's.
  case loadCompanion(slotID: Int)
  /// Nobody looks at a histogram of its own any more.
  case leaveHistogram
  case loadProfiles(ProfilesRequest)
  case loadTensorStatistics(TensorStatisticsRequest)
  case loadTensorChecksum(TensorChecksumRequest)
  case loadHeatMap(HeatMapOrder)
  case loadValues(ValuesOrder)
  /// Statistics of an earlier selection are no longer wanted.
  case dropTensorStatistics
  /// Nobody looks at tensors any more.
  case leaveTensors
  case submit(BuildRequest)
  /// As one group.
  case submitTogether([BuildRequest])
  /// Statistics before and after a build, and what became of its tensors, for its verdict. `revision` is the one
  /// replaced, nil where it had none.
  case compare(build: Build.ID, slotID: Int, revision: Int?, sizeBytes: Int)
  /// What a slot held before, to compare it with what it holds.
  case findPrevious(slotID: Int)
  case loadDifference(DifferenceRequest)
  case loadDistributions(DistributionsRequest)
  /// Nobody looks at the difference any more.
  case leaveDifference
  case cancelBuild(Build.ID)
  /// Of one that failed or was cancelled.
  case retryBuild(Build.ID)
  /// `replacing`: a task whose place it takes.
  case run(JobTask.ID, TaskRequest, replacing: JobTask.ID?)
  case cancelTask(JobTask.ID)
  /// Builds and tasks alike.
  case cancelAllJobs
  case loadSlotIDs(SlotIDsRequest)
  /// Which of these slots are not there any more?
  case findGone([Int])
  case delete(slotID: Int)
  case restore(slotID: Int, revision: Int?)
  /// What a path that is being typed may be completed to.
  case listPaths(PathQuestion)
  /// What importing a file would come to.
  case previewImport(ImportQuestion)
  case previewExport(ExportQuestion)
  case bringBack(BringBackRequest)
  /// What builds would come to.
  case preview([BuildOrder])
  case copy(String)
  case redraw
  /// Draws in other colours; a ``Message/theme(_:_:)`` follows.
  case useTheme(ThemeName)
  case suspend
  /// A shell in the store's folder, in the terminal; the browser waits for its end.
  case openShell
  case quit
}

package struct TotalsRequest: Hashable, Sendable {
  package var search: String
  package var generation: Int
}

/// Statistics of one slot's weights over one range.
package struct StatisticsRequest: Hashable, Sendable {
  package var slotID: Int
  package var checksum: String
  package var sizeBytes: Int
  package var range: HistogramChoice
  package var generation: Int
}

/// The range that a histogram shows.
package enum HistogramChoice: Hashable, Sendable {
  case central, all

  /// The share of the values that `central` keeps.
  package static let centralShare = 0.998

  package var range: HistogramRange {
    switch self {
    case .central: .central(Self.centralShare)
    case .all: .all
    }
  }
}
