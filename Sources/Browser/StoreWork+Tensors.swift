import Inspection
import Interchange
import SlotStore
import Statistics
import Synchronization
import Tensors

/// The weights whose tensors are looked at, kept open: their tensor table is read once.
final class WeightsInView: Sendable {
  private let opened = Mutex<OpenedWeights?>(nil)

  /// - Throws: `StoreError`; ``ChangedWeights`` where the slot holds others by now.
  func weights(of slotID: Int, checksum: String, in store: PersistentStore) throws -> OpenedWeights {
    // Revisions never change; what another program wrote may be another file by now.
    if let known = opened.withLock({ $0 }), known.row.slotID == slotID, known.row.revision != nil,
      known.row.checksum == checksum
    {
      return known
    }
    let new = try store.openWeights(slotID)
    guard new.row.checksum ?? "" == checksum else { throw ChangedWeights(slotID: slotID) }
    opened.withLock { $0 = new }
    return new
  }

  func close() { opened.withLock { $0 = nil } }
}

/// The slot no longer holds the weights that were asked about.
struct ChangedWeights: Error, CustomStringConvertible {
  let slotID: Int

  var description: String { "slot \(slotID) holds other weights by now" }
}

extension StoreWork {
  /// How long profiles are gathered before they are sent on.
  private static let breath = Duration.milliseconds(50)

  /// Sends the profiles of all tensors, some at a time.
  func profiles(
    for request: ProfilesRequest, progress: WorkProgress,
    send: (_ known: [NumberedProfile], _ problem: String?, _ isFinal: Bool) -> Void
  ) {
    var gathered: [NumberedProfile] = []
    var sent = ContinuousClock.now
    do {
      try inspector.profiles(of: request.slotID, progress: progress) { tensor, profile in
        gathered.append(NumberedProfile(tensor: tensor, profile: profile))
        if sent.duration(to: .now) > Self.breath {
          send(gathered, nil, false)
          gathered = []
          sent = .now
        }
      }
      send(gathered, nil, true)
    } catch is CancellationError {
      // Nobody waits for them any more.
    } catch {
      send(gathered, text(error), true)
    }
  }

  /// MD5 of one tensor's bytes; nil where they can't be read, which its statistics say, or nobody waits any more.
  func tensorChecksum(for request: TensorChecksumRequest, progress: WorkProgress) -> String? {
    guard let opened = try? inView.weights(of: request.slotID, checksum: request.checksum, in: store),
      opened.layout.tensors.indices.contains(request.tensor)
    else { return nil }
    return try? Inspector.checksum(of: request.tensor, in: opened, progress: progress)
  }

  /// Sends a sample first where the tensor is large, then the statistics of all its values.
  func tensorStatistics(
    for request: TensorStatisticsRequest, progress: WorkProgress,
    send: (Outcome<WeightStatistics>, _ isFinal: Bool) -> Void
  ) {
    do {
      let opened = try inView.weights(of: request.slotID, checksum: request.checksum, in: store)
      guard opened.layout.tensors.indices.contains(request.tensor) else {
        throw ChangedWeights(slotID: request.slotID)
      }
      if request.byteCount > Self.blink {
        send(
          .success(
            try Inspector.sampledStatistics(
              of: request.tensor, in: opened, bins: Self.bins, range: request.range)), false)
      }
      send(
        .success(
          try Inspector.statistics(
            of: request.tensor, in: opened, bins: Self.bins, range: request.range, progress: progress)), true)
    } catch is CancellationError {
      // Nobody waits for it any more.
    } catch {
      send(.failure(text(error)), true)
    }
  }

  /// Sends a map made from a sample first where there are many values, then the one of all of them.
  func heatMap(
    for order: HeatMapOrder, progress: WorkProgress, send: (Outcome<HeatMap>, _ isFinal: Bool) -> Void
  ) {
    do {
      let opened = try inView.weights(of: order.slotID, checksum: order.checksum, in: store)
      try Inspector.heatMap(of: order.tensor, in: opened, order.request, progress: progress) {
        send(.success($0), $1)
      }
    } catch is CancellationError {
      // Nobody waits for it any more.
    } catch {
      send(.failure(text(error)), true)
    }
  }

  /// nil where it was cancelled.
  func values(for order: ValuesOrder, progress: WorkProgress) -> Outcome<TensorValues>? {
    do {
      let opened = try inView.weights(of: order.slotID, checksum: order.checksum, in: store)
      return .success(try Inspector.values(of: order.tensor, in: opened, order.request, progress: progress))
    } catch is CancellationError {
      return nil
    } catch {
      return .failure(text(error))
    }
  }
}
