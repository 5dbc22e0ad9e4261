import ArgumentParser
import Canvas
import Foundation
import Inspection
import SlotStore
import Statistics
import Tensors

/// `LO:HI`.
struct RangeArgument: ExpressibleByArgument {
  let range: ClosedRange<Double>

  init?(argument: String) {
    let ends = argument.split(separator: ":").compactMap { Double($0) }
    guard ends.count == 2, ends[0].isFinite, ends[1].isFinite, ends[0] < ends[1] else { return nil }
    range = ends[0]...ends[1]
  }
}

struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Counts, extremes, mean, standard deviation, quantiles and histogram of every value.",
    discussion: """
      std is the population's (ddof = 0). Quantiles are exact: those of numpy.quantile. The histogram's range is from \
      min to max of the finite values where none is given, and its counts are those of numpy.histogram.

      Of complex numbers all this is of the magnitude. Quantised weights count as what they stand for.

      --tensors keeps what it finds in the index, so that the next look reads no weights.
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "The slot's number.", completion: Completions.slots) var slot: Int
  @Option(help: "Only this tensor.") var tensor: String?
  @Option(help: "Bins of the histogram; 64 where none is given.") var bins: Int?
  @Option(help: ArgumentHelp("The histogram's range: two numbers.", valueName: "lo hi")) var range:
    RangeArgument?
  @Flag(help: "A table of all tensors, without histograms.") var tensors = false
  @Flag(help: "A JSON object on standard output; with --tensors an array of them.") var json = false

  func validate() throws {
    if let bins, !(1...65_534).contains(bins) {
      throw ValidationError("--bins wants a number from 1 to 65,534")
    }
    if tensors, tensor != nil || bins != nil || range != nil {
      throw ValidationError("--tensors is a table of all tensors: it takes no --tensor, --bins or --range")
    }
  }

  func run() throws {
    let store = try store.open(tensors ? .write : .read)
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    do {
      if tensors {
        try TensorStatistics(store: store, slot: slot, progress: progress).show(json: json)
      } else {
        try show(store, progress)
      }
    } catch is CancellationError {
      throw ExitCode(Failure.interrupted)
    }
    withExtendedLifetime(stop) {}
  }

  private func show(_ store: PersistentStore, _ progress: WorkProgress) throws {
    let statistics = try Inspector(store: store).weightStatistics(
      of: slot, tensor: tensor, bins: bins ?? 64, range: range.map { .fixed($0.range) } ?? .all,
      quantiles: true, progress: progress)
    let tensors = (try store.details(of: slot)?.tensors ?? []).map(\.info).filter {
      tensor == nil || $0.name == tensor
    }
    let isMagnitude = tensors.contains(where: \.dtype.isComplex)
    if json {
      JSON.print(JSON.statistics(statistics, isMagnitude: isMagnitude))
    } else {
      printText(statistics, isMagnitude: isMagnitude, note: TensorKinds(tensors).integerNote)
    }
  }

  private func printText(_ statistics: WeightStatistics, isMagnitude: Bool, note: String?) {
    let summary = statistics.summary
    func number(_ value: Double?) -> String { value.map(Format.number) ?? "none" }
    if isMagnitude { Answer.raw("of complex numbers the magnitude") }
    Answer.raw("values  \(Format.grouped(summary.count))  finite \(Format.grouped(summary.finite))")
    Answer.raw(
      "        NaN \(Format.grouped(summary.nan))  +Inf \(Format.grouped(summary.posInf))  -Inf \(Format.grouped(summary.negInf))  zeros \(Format.grouped(summary.zeros))"
    )
    Answer.raw("min     \(number(summary.min))")
    if let quantiles = statistics.quantiles {
      for (probability, value) in zip(quantiles.probabilities, quantiles.values) {
        let label = "\(Format.number(probability * 100)) %"
        Answer.raw(label + String(repeating: " ", count: 8 - label.count) + Format.number(value))
      }
    }
    Answer.raw("max     \(number(summary.max))")
    Answer.raw("mean    \(number(summary.mean))")
    Answer.raw("std     \(number(summary.std))")
    if let note { Answer.raw("        \(note)") }
    guard let histogram = statistics.histogram, let tallest = histogram.counts.max(), tallest > 0 else {
      return
    }
    Answer.raw("")
    let edges = histogram.edges
    for (index, count) in histogram.counts.enumerated() {
      let bar = String(repeating: "#", count: Int((Double(count) / Double(tallest) * 50).rounded(.up)))
      let edge = Format.number(edges[index])
      Answer.raw(
        String(repeating: " ", count: max(0, 11 - edge.count)) + edge + "  \(bar) \(Format.grouped(count))")
    }
    if histogram.below + histogram.above > 0 {
      Answer.raw("outside \(Format.grouped(histogram.below)) below, \(Format.grouped(histogram.above)) above")
    }
  }
}
