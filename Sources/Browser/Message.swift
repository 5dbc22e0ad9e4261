import Builds
import Canvas
import Foundation
import Inspection
import SlotStore
import Statistics

/// What the shell tells the state: keys, results of effects, time.
package enum Message: Sendable {
  case event(TerminalEvent)
  case page(PageRequest, Outcome<SlotPage>)
  /// What is known of that page while its list is still looked for.
  case finding(PageRequest, FindingNews)
  case totals(TotalsRequest, Outcome<Totals>)
  case damage(DamageCount)
  case slotLookedUp(SlotLookup, Outcome<SlotWhereabouts>)
  case details(slotID: Int, generation: Int, Outcome<SlotDetails?>)
  /// `isFinal`: no better statistics will follow for this request.
  case statistics(StatisticsRequest, Outcome<WeightStatistics>, isFinal: Bool)
  /// In the order of the request's sources. `isFinal`: no better statistics will follow for this request.
  case histogram(HistogramRequest, Outcome<[WeightStatistics]>, isFinal: Bool)
  /// How much of what a histogram is of has been counted.
  case histogramCounted(HistogramRequest, fraction: Double)
  /// nil: there is no such slot.
  case companion(slotID: Int, Outcome<SlotSummary?>)
  /// Profiles as they become known. `isFinal`: no more will follow.
  case profiles(ProfilesRequest, [NumberedProfile], problem: String?, isFinal: Bool)
  /// `isFinal`: no better statistics will follow for this request.
  case tensorStatistics(TensorStatisticsRequest, Outcome<WeightStatistics>, isFinal: Bool)
  /// MD5 of one tensor, lower-case hex.
  case tensorChecksum(TensorChecksumRequest, String)
  /// `isFinal`: no better map will follow for this order.
  case heatMap(HeatMapOrder, Outcome<HeatMap>, isFinal: Bool)
  case tensorValues(ValuesOrder, Outcome<TensorValues>)
  /// All builds, and when they were looked at.
  case builds([Build], Date)
  /// Statistics of the revision that a build replaced and of the new one; those that could be had.
  case compared(build: Build.ID, before: WeightStatistics?, after: WeightStatistics?)
  /// What that build changed, tensor by tensor.
  case tensorsCompared(build: Build.ID, Outcome<DifferenceTotals>)
  case previous(slotID: Int, Outcome<RevisionReference>)
  case difference(DifferenceRequest, DifferenceNews)
  case distributions(DistributionsRequest, Outcome<TensorDistributions>)
  /// All tasks, and when they were looked at.
  case tasks([JobTask], Date)
  /// All that other processes are saving, and when they were looked at.
  case elsewhere([SaveElsewhere], Date)
  /// The slots that a list shows, in its order, up to the limit.
  case slotIDs(SlotIDsRequest, Outcome<[Int]>)
  /// Slots that were asked about and are not there any more.
  case gone([Int])
  /// With the revision that the slot held; nil where another program had written it.
  case deleted(slotID: Int, Outcome<Int?>)
  /// With the number of the new revision.
  case restored(slotID: Int, Outcome<Int>)
  case preview([BuildOrder], BuildPreview)
  case importPreview(ImportQuestion, ImportPreview)
  case exportPreview(ExportQuestion, ExportPreview)
  case paths(PathQuestion, PathAnswer)
  /// With the number of the new revision.
  case broughtBack(BringBackRequest, Outcome<Int>)
  /// The store may hold something else by now.
  case storeChanged
  /// Whether the store can be written by now.
  case access(readOnlyReason: String?)
  /// The colours that are drawn with, and the characters.
  case theme(ThemeName, Glyphs)
  /// The clock, for ages.
  case time(Date)
  /// A line for the status line.
  case notice(String, isError: Bool)
}

/// A value, or in one line why there is none.
package enum Outcome<Value: Sendable>: Sendable {
  case success(Value)
  case failure(String)
}

extension Outcome: Equatable where Value: Equatable {}

/// The store's totals, and what the tabs count.
package struct Totals: Sendable, Equatable {
  package var contexts: Int
  package var sizeBytes: Int
  /// Counts by model type, the largest first; of what matches where a search is on.
  package var types: [TypeCount]

  package struct TypeCount: Sendable, Hashable {
    package var modelType: String
    package var count: Int

    package init(modelType: String, count: Int) {
      self.modelType = modelType
      self.count = count
    }
  }

  package init(contexts: Int, sizeBytes: Int, types: [TypeCount]) {
    self.contexts = contexts
    self.sizeBytes = sizeBytes
    self.types = types
  }
}
