import Canvas
import Foundation
import Inspection
import ModelContext
import Statistics
import Tensors

@testable import Browser
@testable import Builds
@testable import SlotStore

/// Noon of the day on which all fixtures live.
let noon = Date(timeIntervalSince1970: 1_795_435_200)

func slot(
  _ id: Int, _ type: String = "LLM", _ name: String = "reference", parameters: Int = 1150, size: Int = 9200,
  minutesAgo: Int = 2, integrity: Integrity = .verified, revision: Int? = 3, checksum: String? = nil,
  dtype: String = "float64"
) -> SlotSummary {
  let updated = Timestamp.precise(noon.addingTimeInterval(Double(-60 * minutesAgo)))
  let row = SlotRow(
    slotID: id, createdAt: "2026-11-20 08:00:00", updatedAt: updated, modelType: type, weightFile: nil,
    weightShape: "[\(parameters)]", weightDType: dtype,
    checksum: checksum ?? String(format: "%032x", id &* 0x9E37_79B9), sizeBytes: size, revision: revision,
    name: name, parameters: parameters)
  return SlotSummary(row, integrity: integrity)
}

func details(
  _ summary: SlotSummary, config: Config = LLMNode.defaultConfig, metadata: [String: String] = [:],
  recipe: Recipe? = Recipe(builder: "LLM", preset: "reference", seed: 7, dtype: .float64),
  tensors: [TensorInfo]? = nil
) throws -> SlotDetails {
  let info = try tensors ?? [TensorInfo(name: "", dtype: .float64, shape: summary.shape)]
  return SlotDetails(
    summary: summary, config: config, metadata: metadata, tensors: try WeightLayout(info).tensors,
    recipe: recipe, weightFile: "/models/slots/00000007.npy", verifiedAt: "2026-11-23T11:58:00.000000")
}

/// A bell over -0.12…0.12.
func bell(sampled: Bool = false, shift: Double = 0) -> WeightStatistics {
  let counts = (0..<1024).map { index in
    let x = (Double(index) / 512 - 1 - shift) * 3
    return Int(100_000 * exp(-x * x / 2))
  }
  let summary = Summary(
    count: 124_439_808, finite: 124_439_808, nan: 0, posInf: 0, negInf: 0, zeros: 102_144, min: -0.15,
    max: 0.152,
    mean: 0.0012 + shift, std: 0.02)
  return WeightStatistics(
    summary: summary,
    histogram: Histogram(lowerBound: -0.12, upperBound: 0.12, counts: counts, below: 120, above: 131),
    isSampled: sampled)
}

/// What counting a normal distribution, of width 0.04 about the slot's number in thousandths, comes to over a range: the
/// counts of any number of bins add up to those of broader ones.
func spread(
  of source: HistogramSource, bins: Int, range: HistogramRange, hasQuantiles: Bool = false
) -> WeightStatistics {
  let total = source.byteCount / 4
  let mean = Double(source.slotID) / 1000
  func below(_ value: Double) -> Int {
    Int((Double(total) * 0.5 * erfc((mean - value) / 0.04 / 2.squareRoot())).rounded())
  }
  let bounds =
    switch range {
    case .all: mean - 0.25...mean + 0.25
    case .central: mean - 0.12...mean + 0.12
    case .fixed(let bounds): bounds
    }
  let edges = (0...bins).map { index in
    below(
      bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) * Double(index) / Double(bins))
  }
  return WeightStatistics(
    summary: Summary(
      count: total, finite: total, nan: 0, posInf: 0, negInf: 0, zeros: 12, min: mean - 0.25,
      max: mean + 0.25, mean: mean, std: 0.04),
    histogram: Histogram(
      lowerBound: bounds.lowerBound, upperBound: bounds.upperBound,
      counts: zip(edges.dropFirst(), edges).map { $0 - $1 }, below: edges[0], above: total - edges[bins]),
    isSampled: false,
    quantiles: hasQuantiles
      ? Quantiles(
        probabilities: Quantiles.standardProbabilities,
        values: [-2.326, -1.645, -0.674, 0, 0.674, 1.645, 2.326].map { mean + 0.04 * $0 }, isExact: true)
      : nil)
}

/// The tensors of a small GPT-2, as its file has them.
func transformer(blocks: Int = 12) throws -> [TensorInfo] {
  func tensor(_ name: String, _ shape: Int...) throws -> TensorInfo {
    try TensorInfo(name: name, dtype: .float32, shape: shape)
  }
  var tensors = [try tensor("wte.weight", 50257, 768), try tensor("wpe.weight", 1024, 768)]
  for block in 0..<blocks {
    for (name, shape) in [
      ("ln_1.weight", [768]), ("ln_1.bias", [768]), ("attn.c_attn.weight", [768, 2304]),
      ("attn.c_attn.bias", [2304]), ("attn.c_proj.weight", [768, 768]), ("attn.c_proj.bias", [768]),
      ("ln_2.weight", [768]), ("ln_2.bias", [768]), ("mlp.c_fc.weight", [768, 3072]),
      ("mlp.c_fc.bias", [3072]),
      ("mlp.c_proj.weight", [3072, 768]), ("mlp.c_proj.bias", [768]),
    ] { tensors.append(try TensorInfo(name: "h.\(block).\(name)", dtype: .float32, shape: shape)) }
  }
  return tensors + [try tensor("ln_f.weight", 768), try tensor("ln_f.bias", 768)]
}

/// A profile with the shape of a bell.
func bellProfile(std: Double = 0.02, nan: Int = 0, infinite: Int = 0, count: Int = 1000) -> TensorProfile {
  let counts = (0..<64).map { index in
    let x = (Double(index) / 32 - 1) * 3
    return Int(1000 * exp(-x * x / 2))
  }
  return TensorProfile(
    summary: Summary(
      count: count, finite: count - nan - infinite, nan: nan, posInf: infinite, negInf: 0, zeros: 0,
      min: -0.1,
      max: 0.1, mean: 0.001, std: std),
    histogram: Histogram(lowerBound: -0.06, upperBound: 0.06, counts: counts),
    quantiles: Quantiles(
      probabilities: Quantiles.standardProbabilities,
      values: [-0.0465, -0.033, -0.0135, 0.0009, 0.0135, 0.033, 0.0465], isExact: true))
}

/// A profile of nothing but zeros.
func zeroProfile(count: Int = 768) -> TensorProfile {
  TensorProfile(
    summary: Summary(
      count: count, finite: count, nan: 0, posInf: 0, negInf: 0, zeros: count, min: 0, max: 0, mean: 0, std: 0
    ),
    histogram: Histogram(
      lowerBound: -0.5, upperBound: 0.5, counts: (0..<64).map { $0 == 32 ? count : 0 }))
}

/// The slots that most pictures show.
let sampleSlots: [SlotSummary] = [
  slot(7, "LLM", "gpt2", parameters: 124_439_808, size: 497_759_232, minutesAgo: 2),
  slot(8, "CNN", "resnet50", parameters: 25_557_032, size: 102_228_128, minutesAgo: 5),
  slot(
    9, "LLM", "MiniLM-L6-v2", parameters: 22_713_216, size: 90_852_864, minutesAgo: 11, integrity: .written),
  slot(21, "LLM", "reference", minutesAgo: 60),
  slot(22, "CNN", "reference", parameters: 5188, size: 41_504, minutesAgo: 61, integrity: .mismatch),
  slot(30, "LLM", "tinyllama-1.1b", parameters: 1_100_048_384, size: 2_200_096_768, minutesAgo: 4320),
  slot(
    31, "CNN", "vgg16", parameters: 138_357_544, size: 553_430_176, minutesAgo: 4330, integrity: .unverified,
    revision: nil),
]

func runningBuild(
  _ id: Int = 1, slot: Int = 12, name: String = "resnet50", done: Int = 69_515_127, total: Int = 102_228_128
) -> Build {
  Build(
    id: id, action: .build, slotID: slot, modelType: "CNN", name: name, state: .running, completedBytes: done,
    totalBytes: total, started: noon.addingTimeInterval(-0.25))
}

func finishedRebuild(_ id: Int, before: SlotDetails, after: SlotDetails) -> Build {
  let outcome = BuildOutcome(
    slotID: before.summary.slotID, seconds: 0.004, before: before, after: after, sourceChanged: nil,
    inferredRecipe: false)
  return Build(
    id: id, action: .rebuild, slotID: outcome.slotID, modelType: before.summary.modelType,
    name: before.summary.name,
    state: .finished(outcome))
}

/// A tensor whose values changed by steps up to `maxAbs`.
func changedTensor(_ name: String, maxAbs: Double, index: Int = 0) throws -> TensorDifference {
  let info = try TensorInfo(name: name, dtype: .float32, shape: [768, 768])
  let values = ValueDifference(
    finite: info.elementCount, differing: info.elementCount, maxAbs: maxAbs, maxIndex: 1541,
    meanAbs: maxAbs / 8, relativeL2: maxAbs * 10, cosine: 1 - maxAbs * maxAbs)
  return TensorDifference(
    name: name, indexInA: index, indexInB: index, a: info, b: info, status: .changed, values: values)
}

/// A verification of one slot under way.
func verifyTask(_ id: Int, _ slot: Int, done: Int, of total: Int, seconds: Double) -> JobTask {
  var task = JobTask(id: id, request: .verify(VerifyOrder(slots: [slot])))
  task.state = .running
  task.completed = done
  task.total = total
  task.started = noon.addingTimeInterval(-seconds)
  return task
}

/// A task on several slots under way.
func runningTask(
  _ id: Int, _ request: TaskRequest, done: Int, of total: Int, slotsDone: Int, seconds: Double
) -> JobTask {
  var task = JobTask(id: id, request: request)
  task.state = .running
  task.completed = done
  task.total = total
  task.slotsDone = slotsDone
  task.started = noon.addingTimeInterval(-seconds)
  return task
}

func endedTask(_ id: Int, _ request: TaskRequest, _ end: TaskEnd) -> JobTask {
  var task = JobTask(id: id, request: request)
  task.state = .ended(end)
  task.started = noon.addingTimeInterval(-2)
  task.ended = noon.addingTimeInterval(Double(id - 100))
  return task
}

func verified(_ verifications: Verification...) -> VerifiedSlots {
  verifications.reduce(into: VerifiedSlots()) { $0.add($1) }
}
