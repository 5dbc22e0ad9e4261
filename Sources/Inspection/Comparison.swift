import ModelContext
import SlotStore
import Statistics
import Synchronization
import Tensors

/// Two contexts that were opened to be compared: what is known of them at once, and the reading that tells the rest.
///
///     let comparison = try inspector.comparison(of: RevisionReference(slotID: 7, revision: 3), with: RevisionReference(slotID: 7))
///     let difference = try comparison.run { number, tensor in … }
public struct Comparison: Sendable {
  /// What rows and checksums tell; tensors that have to be read are `unknown` here.
  public let known: Difference
  private let a: OpenedWeights
  private let b: OpenedWeights

  /// - Parameter tensor: only the tensors of this name.
  init(_ a: OpenedWeights, _ b: OpenedWeights, tensor: String?) {
    self.a = a
    self.b = b
    let isSame =
      a.row.checksum != nil && a.row.checksum == b.row.checksum && a.layout.tensors == b.layout.tensors
    let tensors = TensorMatching.matches(a.layout.tensors, b.layout.tensors).map { match in
      Self.known(
        match, match.a.map { a.layout.tensors[$0] }, match.b.map { b.layout.tensors[$0] }, isSame: isSame)
    }
    known = Difference(
      a: DifferenceSide(a), b: DifferenceSide(b),
      configChanges: tensor == nil ? ConfigChange.changes(from: a.config, to: b.config) : [],
      metadataChanges: tensor == nil ? MetadataChange.changes(from: a.metadata, to: b.metadata) : [],
      tensors: tensor.map { name in tensors.filter { $0.name == name } } ?? tensors)
  }

  /// Bytes that are to be read, of both.
  public var byteCount: Int {
    known.tensors.reduce(0) { sum, tensor in
      tensor.status == .unknown ? sum + (tensor.a?.byteCount ?? 0) + (tensor.b?.byteCount ?? 0) : sum
    }
  }

  /// Reads what has to be read, on all cores and in bounded memory.
  ///
  /// - Parameters:
  ///   - progress: told of bytes of both; cancelling it ends the work at the next chunk.
  ///   - each: hears of a tensor that was read as soon as it is known, never of two at the same time, from any thread.
  /// - Returns: everything.
  /// - Throws: what reading throws, `CancellationError`.
  public func run(
    progress: WorkProgress? = nil,
    each: @escaping @Sendable (_ tensor: Int, TensorDifference) -> Void = { _, _ in }
  ) throws -> Difference {
    let unread = known.tensors.indices.filter { known.tensors[$0].status == .unknown }
    let pairs = unread.compactMap { index in
      Self.pair(known.tensors[index], a.layout.tensors, b.layout.tensors)
    }
    let found = Mutex<[Int: TensorDifference]>([:])
    try DifferencePass(pairs: pairs, a: a.data, b: b.data).run(progress: progress) { pair, values in
      var tensor = known.tensors[unread[pair]]
      tensor.take(values)
      let made = tensor
      found.withLock { $0[unread[pair]] = made }
      each(unread[pair], made)
    }
    var difference = known
    for (index, tensor) in found.withLock({ $0 }) { difference.tensors[index] = tensor }
    return difference
  }

  /// Summary and histogram of a tensor in both; nil for the side that has none.
  ///
  /// - Parameter tensor: its place in `known.tensors`.
  /// - Throws: what reading throws, `CancellationError`.
  public func distributions(
    of tensor: Int, bins: Int, range: HistogramRange, progress: WorkProgress? = nil
  ) throws -> TensorDistributions {
    func statistics(_ index: Int?, _ opened: OpenedWeights) throws -> WeightStatistics? {
      try index.map {
        try Inspector.statistics(of: $0, in: opened, bins: bins, range: range, progress: progress)
      }
    }
    return TensorDistributions(
      a: try statistics(known.tensors[tensor].indexInA, a),
      b: try statistics(known.tensors[tensor].indexInB, b))
  }

  private static func pair(
    _ tensor: TensorDifference, _ a: [PlacedTensor], _ b: [PlacedTensor]
  ) -> SegmentPair? {
    guard let first = tensor.indexInA, let second = tensor.indexInB else { return nil }
    func segment(_ placed: PlacedTensor) -> TensorSegment {
      TensorSegment(
        dtype: placed.info.dtype, byteOffset: placed.offset, elementCount: placed.info.elementCount)
    }
    return SegmentPair(a: segment(a[first]), b: segment(b[second]))
  }

  /// What can be said of a tensor before anything is read.
  ///
  /// - Parameter isSame: the whole arrays are known to be the same.
  private static func known(
    _ match: TensorMatching.Match, _ a: PlacedTensor?, _ b: PlacedTensor?, isSame: Bool
  ) -> TensorDifference {
    let status: TensorDifference.Status
    switch (a, b) {
    case (let a?, let b?):
      let agree = a.info.dtype == b.info.dtype && a.info.shape == b.info.shape
      if agree, isSame || (a.md5 != nil && a.md5 == b.md5) {
        status = .same
      } else {
        status = a.info.elementCount == b.info.elementCount ? .unknown : .changed
      }
    case (_?, nil): status = .onlyInA
    case (nil, _): status = .onlyInB
    }
    return TensorDifference(
      name: [a, b].compactMap { $0?.info.name }.first { !$0.isEmpty } ?? "", indexInA: match.a,
      indexInB: match.b, a: a?.info,
      b: b?.info, status: status)
  }
}

/// The values of one tensor in two contexts.
public struct TensorDistributions: Sendable, Equatable {
  public let a: WeightStatistics?
  public let b: WeightStatistics?

  package init(a: WeightStatistics?, b: WeightStatistics?) {
    self.a = a
    self.b = b
  }
}

extension OpenedWeights {
  fileprivate var config: Config { Config(jsonText: row.configJSON ?? "") ?? [:] }
  fileprivate var metadata: [String: String] { [String: String](jsonText: row.metadataJSON ?? "") ?? [:] }
}
