import Interchange
import ModelContext
import SlotStore
import Tensors

/// Why a build can't begin.
public enum BuildError: Error, Equatable, CustomStringConvertible {
  case noRecipe(slot: Int, modelType: String)

  public var description: String {
    switch self {
    case .noRecipe(let slot, let modelType):
      "slot \(slot): nobody recorded how it was built, and its model type '\(modelType)' names no node;"
        + " build over it with `slotscope build llm|cnn \(slot)` or `slotscope import FILE --slot \(slot)`"
    }
  }
}

/// One request being carried out, on the thread that calls `run`.
struct BuildJob {
  let store: PersistentStore
  let reader: any ModelFileReader
  let request: BuildRequest
  /// Nil for an import that names no slot: it gets the next free one when it is saved.
  var slotID: Int?
  let progress: WorkProgress

  /// A build that named no slot begins again for the next one where another process was quicker.
  mutating func run() throws -> BuildOutcome {
    let start = ContinuousClock.now
    while true {
      do {
        return try run(since: start)
      } catch StoreError.slotTaken where request.slotID == nil {
        slotID = try store.nextFreeSlot()
      }
    }
  }

  private func run(since start: ContinuousClock.Instant) throws -> BuildOutcome {
    try progress.checkCancellation()
    let work = try prepared()
    let before = try slotID.flatMap { try store.details(of: $0) }
    let saved = try store.save(work.plan, in: target, progress: progress)
    guard let after = try store.details(of: saved.slotID) else { throw StoreError.noSlot(saved.slotID) }
    let elapsed = start.duration(to: .now).components
    return BuildOutcome(
      slotID: saved.slotID, seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18,
      before: before, after: after, sourceChanged: changed(work.oldSource, after.recipe?.source),
      inferredRecipe: work.inferred, isUnchanged: saved.isUnchanged)
  }

  private var target: SaveTarget {
    guard let slotID else { return .nextFree }
    return request.slotID == nil ? .emptySlot(slotID) : .slot(slotID)
  }

  private struct Prepared {
    let plan: ContextPlan
    var oldSource: Recipe.SourceFile?
    var inferred = false
  }

  private func prepared() throws -> Prepared {
    switch request {
    case .build(let order):
      let node = order.nodeType.node(slotIndex: slotID ?? 0, settings: order.settings, reader: reader)
      return Prepared(plan: try node.plan())
    case .importFile(let path, _, let modelType, let name):
      return Prepared(plan: try reader.open(path).importPlan(modelType: modelType, name: name))
    case .rebuild(let slot, let seed, let set): return try rebuild(slot, seed: seed, set: set)
    }
  }

  private func rebuild(_ slot: Int, seed: UInt64?, set: Config) throws -> Prepared {
    guard let details = try store.details(of: slot) else { throw StoreError.noSlot(slot) }
    let config = details.config.merging(set) { _, new in new }
    let recipe = details.recipe
    let plan: ContextPlan
    if let recipe, recipe.builder == "import", let source = recipe.source {
      plan = try reader.open(source.path)
        .importPlan(modelType: details.metadata["model_type"], name: details.metadata["name"])
    } else if let type = NodeType(recipe?.builder ?? details.summary.modelType) {
      let settings = NodeSettings(
        preset: recipe?.preset ?? Preset.reference, seed: seed ?? recipe?.seed,
        dtype: recipe?.dtype, modelPath: recipe?.source?.path, config: config,
        name: details.metadata["name"])
      plan = try type.node(slotIndex: slot, settings: settings, reader: reader).plan()
    } else {
      throw BuildError.noRecipe(slot: slot, modelType: details.summary.modelType)
    }
    // What others noted in the metadata stays; what the build says of itself is new.
    let metadata = details.metadata.merging(plan.metadata) { _, new in new }
    let merged = ContextPlan(
      layout: plan.layout, config: plan.config.merging(config) { _, new in new }, metadata: metadata,
      recipe: plan.recipe, bytes: plan.bytes, sourceBytes: plan.sourceBytes)
    return Prepared(plan: merged, oldSource: recipe?.source, inferred: recipe == nil)
  }

  private func changed(_ old: Recipe.SourceFile?, _ new: Recipe.SourceFile?) -> Bool? {
    guard let old = old?.md5, let new = new?.md5 else { return nil }
    return old != new
  }
}
