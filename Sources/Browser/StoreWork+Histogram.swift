import Inspection
import SlotStore
import Statistics
import Tensors

extension StoreWork {
  /// Sends a sample first where there are many values, then the statistics of all of them, in the order of the sources
  /// and on one range.
  func histogram(
    for request: HistogramRequest, progress: WorkProgress,
    send: (Outcome<[WeightStatistics]>, _ isFinal: Bool) -> Void
  ) {
    let bytes = request.sources.reduce(0) { $0 + $1.byteCount }
    do {
      let readers = try request.sources.map { try HistogramReader($0, self, request) }
      if bytes > Self.blink {
        // A sample that can't be had is passed over: counting all says why.
        if let ranges = try? readers.map({ try $0.sample(request.range) }),
          let samples = ranges.count < 2
            ? ranges : try? readers.map({ try $0.sample(Self.common(ranges) ?? request.range) })
        {
          send(.success(samples), false)
        }
      }
      send(.success(try counted(readers, request, bytes: bytes, progress: progress)), true)
    } catch is CancellationError {
      // Nobody waits for it any more.
    } catch {
      send(.failure(text(error)), true)
    }
  }

  /// Every value of all of them, on one range.
  private func counted(
    _ readers: [HistogramReader], _ request: HistogramRequest, bytes: Int, progress: WorkProgress
  ) throws -> [WeightStatistics] {
    func count(_ range: HistogramRange) throws -> [WeightStatistics] {
      try readers.map {
        try $0.count(range, progress: WorkProgress(partOf: progress, share: $0.source.byteCount))
      }
    }
    guard readers.count > 1 else {
      progress.begin(total: bytes)
      return try count(request.range)
    }
    switch request.range {
    case .fixed:
      progress.begin(total: bytes)
      return try count(request.range)
    case .central:
      // As they are each shown alone, from a sample.
      let common = Self.common(try readers.map { try $0.sample(request.range) })
      progress.begin(total: bytes)
      return try count(common ?? request.range)
    case .all:
      progress.begin(total: 2 * bytes)
      let alone = try count(.all)
      guard let common = Self.common(alone) else { return alone }
      return try count(common)
    }
  }

  /// The range that has room for all of them.
  private static func common(_ statistics: [WeightStatistics]) -> HistogramRange? {
    let histograms = statistics.compactMap(\.histogram)
    guard let low = histograms.map(\.lowerBound).min(), let high = histograms.map(\.upperBound).max(),
      low <= high
    else { return nil }
    return .fixed(low...high)
  }

  /// What the index says of a slot; nil where there is none.
  func summary(of slotID: Int) -> Outcome<SlotSummary?> {
    do { return .success(try store.summary(of: slotID)) } catch { return .failure(text(error)) }
  }
}

/// Reads the values of a source.
private struct HistogramReader {
  let source: HistogramSource
  let work: StoreWork
  let request: HistogramRequest
  /// Where the source is a tensor, the weights that it lies in.
  private let opened: OpenedWeights?

  init(_ source: HistogramSource, _ work: StoreWork, _ request: HistogramRequest) throws {
    self.source = source
    self.work = work
    self.request = request
    guard let tensor = source.tensor else {
      opened = nil
      return
    }
    let opened = try work.inView.weights(of: source.slotID, checksum: source.checksum, in: work.store)
    guard opened.layout.tensors.indices.contains(tensor) else { throw ChangedWeights(slotID: source.slotID) }
    self.opened = opened
  }

  func sample(_ range: HistogramRange) throws -> WeightStatistics {
    if let opened, let tensor = source.tensor {
      return try Inspector.sampledStatistics(of: tensor, in: opened, bins: request.bins, range: range)
    }
    return try work.inspector.sampledStatistics(
      of: source.slotID, bins: request.bins, range: range, quantiles: request.hasQuantiles)
  }

  func count(_ range: HistogramRange, progress: WorkProgress) throws -> WeightStatistics {
    if let opened, let tensor = source.tensor {
      return try Inspector.statistics(
        of: tensor, in: opened, bins: request.bins, range: range, progress: progress)
    }
    return try work.inspector.weightStatistics(
      of: source.slotID, bins: request.bins, range: range, quantiles: request.hasQuantiles, progress: progress
    )
  }
}
