import Foundation
import ModelContext
import SlotStore
import Statistics
import StrictJSON
import Synchronization
import Tensors

/// Statistics of what a store holds, remembered by checksum. Methods block; call them from threads that may wait.
public final class Inspector: Sendable {
  private struct Key: Hashable {
    let checksum: String
    let tensor: Int?
    let bins: Int
    let range: String
    let hasQuantiles: Bool
  }

  let store: PersistentStore
  private let remembered = Mutex<[Key: WeightStatistics]>([:])
  private static let rememberedLimit = 512
  /// By the checksum of all weights.
  let rememberedProfiles = Mutex<[String: RememberedProfiles]>([:])

  public init(store: PersistentStore) {
    self.store = store
  }

  /// Summary, histogram and quantiles over every value of a slot's weights; what an earlier look has kept is not read
  /// again.
  ///
  /// - Parameters:
  ///   - tensor: one tensor by name; nil for all.
  ///   - revision: a kept one; nil for the current.
  ///   - bins: of the histogram.
  ///   - quantiles: whether quantiles are wanted, too.
  ///   - progress: told of bytes read; cancelling it ends the work.
  /// - Throws: `StoreError`, `InspectionError.noTensor`, `CancellationError`.
  public func weightStatistics(
    of slot: Int, revision: Int? = nil, tensor: String? = nil, bins: Int, range: HistogramRange,
    quantiles: Bool = false, progress: WorkProgress? = nil
  ) throws -> WeightStatistics {
    let opened = try store.openWeights(slot, revision: revision)
    let index = try tensor.map { try Self.index(of: $0, in: opened.layout, slot: slot) }
    let key = opened.row.checksum.map {
      Key(checksum: $0, tensor: index, bins: bins, range: "\(range)", hasQuantiles: quantiles)
    }
    if let key, let known = remembered.withLock({ $0[key] }) { return known }
    let pass = Self.pass(opened, tensor: index)
    let made: WeightStatistics
    if let profile = knownProfile(opened, tensor: index) {
      let histogram = try pass.histogram(bins: bins, range: range, of: profile.summary, progress: progress)
      made = WeightStatistics(
        summary: profile.summary, histogram: histogram, isSampled: false,
        quantiles: quantiles ? profile.quantiles : nil)
    } else {
      made = try pass.statistics(
        bins: bins, range: range, quantiles: quantiles ? Quantiles.standardProbabilities : [],
        progress: progress)
    }
    if let key {
      remembered.withLock { remembered in
        if remembered.count >= Self.rememberedLimit { remembered.removeAll() }
        remembered[key] = made
      }
    }
    return made
  }

  /// The same from a sample, within a few milliseconds; it says that it is one.
  public func sampledStatistics(
    of slot: Int, revision: Int? = nil, bins: Int, range: HistogramRange, quantiles: Bool = false
  ) throws -> WeightStatistics {
    try Self.pass(try store.openWeights(slot, revision: revision), tensor: nil)
      .sampledStatistics(
        bins: bins, range: range, quantiles: quantiles ? Quantiles.standardProbabilities : [])
  }

  /// What is kept of one tensor, or of all where there is just one.
  private func knownProfile(_ opened: OpenedWeights, tensor: Int?) -> TensorProfile? {
    guard let index = tensor ?? (opened.layout.tensors.count == 1 ? 0 : nil) else { return nil }
    return knownProfiles(opened)[index]
  }

  static func pass(
    _ opened: OpenedWeights, tensor: Int?, threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) -> StatisticsPass {
    let tensors = tensor.map { [opened.layout.tensors[$0]] } ?? opened.layout.tensors
    let segments = tensors.map {
      TensorSegment(dtype: $0.info.dtype, byteOffset: $0.offset, elementCount: $0.info.elementCount)
    }
    return StatisticsPass(segments: segments, source: opened.data, threads: threads)
  }

  private static func index(of name: String, in layout: WeightLayout, slot: Int) throws -> Int {
    guard let index = layout.tensors.firstIndex(where: { $0.info.name == name }) else {
      throw InspectionError.noTensor(name: name, slot: slot)
    }
    return index
  }
}

/// Why something can't be inspected.
public enum InspectionError: Error, Equatable, CustomStringConvertible {
  case noTensor(name: String, slot: Int)
  /// A tensor that was asked for by its place and shape is no longer there.
  case changedTensors(slot: Int)

  public var description: String {
    switch self {
    case .noTensor(let name, let slot):
      "slot \(slot): there is no tensor '\(name)'; `slotscope show \(slot)` lists those there are"
    case .changedTensors(let slot): "slot \(slot): its tensors have changed since they were listed"
    }
  }
}
