import Dispatch
import Inspection
import SlotStore
import Statistics
import Synchronization
import Tensors

/// The two that are compared, kept open: what is asked of them later is of the same weights.
final class ComparisonInView: Sendable {
  private let opened = Mutex<(request: DifferenceRequest, comparison: Comparison)?>(nil)

  func comparison(of request: DifferenceRequest) -> Comparison? {
    opened.withLock { $0?.request == request ? $0?.comparison : nil }
  }

  func keep(_ comparison: Comparison, of request: DifferenceRequest) {
    opened.withLock { $0 = (request, comparison) }
  }

  func close() { opened.withLock { $0 = nil } }
}

extension StoreWork {
  /// How often what has been read is sent on.
  private static let breath = DispatchTimeInterval.milliseconds(50)

  /// What a slot held before.
  func previous(of slotID: Int) -> Outcome<RevisionReference> {
    do {
      return .success(try inspector.previous(of: slotID))
    } catch { return .failure(text(error)) }
  }

  /// Sends what is known at once, then tensors as they are read, then that it is done. From any thread.
  func difference(
    for request: DifferenceRequest, progress: WorkProgress, send: @escaping @Sendable (DifferenceNews) -> Void
  ) {
    do {
      let comparison = try inspector.comparison(of: request.a, with: request.b)
      if progress.isCancelled { return }
      compared.keep(comparison, of: request)
      send(.known(comparison.known))
      let gathered = Gathered()
      let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
      timer.schedule(deadline: .now() + Self.breath, repeating: Self.breath)
      timer.setEventHandler { gathered.send(progress.fraction, send) }
      timer.activate()
      defer { timer.cancel() }
      _ = try comparison.run(progress: progress) { gathered.add($0, $1) }
      gathered.send(1, send)
      send(.ended(problem: nil))
    } catch is CancellationError {
      // Nobody waits for it any more.
    } catch {
      send(.ended(problem: text(error)))
    }
  }

  /// nil where it was cancelled.
  func distributions(for request: DistributionsRequest, progress: WorkProgress) -> Outcome<
    TensorDistributions
  >? {
    guard let comparison = compared.comparison(of: request.difference) else { return nil }
    do {
      return .success(
        try comparison.distributions(
          of: request.tensor, bins: Self.bins, range: HistogramChoice.central.range, progress: progress))
    } catch is CancellationError {
      return nil
    } catch { return .failure(text(error)) }
  }
}

/// What has been read since it was last sent on.
private final class Gathered: Sendable {
  private let read = Mutex<[NumberedDifference]>([])

  func add(_ tensor: Int, _ difference: TensorDifference) {
    read.withLock { $0.append(NumberedDifference(tensor: tensor, difference: difference)) }
  }

  func send(_ fraction: Double, _ send: (DifferenceNews) -> Void) {
    let news = read.withLock { read in
      defer { read = [] }
      return read
    }
    send(.read(news, fraction: fraction))
  }
}
