import Foundation

/// The frames of a session: from reading the event to the end of the output.
package struct LatencyTrace: Sendable, Encodable {
  /// Frames that are kept; later ones are counted only.
  private static let limit = 1 << 17

  /// All frames, also those that answered no event but news of the store, a build or the clock.
  private(set) package var frames = 0
  /// Seconds of the frames that answered events.
  private(set) package var seconds: [Double] = []
  /// Bytes that each frame sent to the terminal; those of the frames above come in the same order.
  private(set) package var answerBytes: [Int] = []
  private(set) package var otherBytes: [Int] = []

  /// - Parameters:
  ///   - latency: nil for a frame that answers no event.
  ///   - bytes: nil where the kernel does not count.
  mutating func note(latency: Duration?, bytes: Int?) {
    frames += 1
    guard seconds.count + otherBytes.count < Self.limit else { return }
    if let latency { seconds.append(latency / .seconds(1)) }
    guard let bytes else { return }
    if latency != nil { answerBytes.append(bytes) } else { otherBytes.append(bytes) }
  }

  /// One JSON object: how many frames there were, their distribution, and each of them.
  package func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let report = Report(
      latency: Distribution(seconds), answerBytes: Distribution(answerBytes.map(Double.init)), trace: self)
    try encoder.encode(report).write(to: URL(fileURLWithPath: path))
  }

  private struct Report: Encodable {
    let latency: Distribution?
    let answerBytes: Distribution?
    let trace: LatencyTrace
  }

  /// Of values in any unit.
  struct Distribution: Encodable, Equatable {
    let median, percentile99, largest: Double

    /// nil for no values. The percentile is a value of its own, the nearest-rank one.
    init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let sorted = values.sorted()
      func rank(_ share: Double) -> Double {
        sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
      }
      (median, percentile99, largest) = (rank(0.5), rank(0.99), rank(1))
    }
  }
}
