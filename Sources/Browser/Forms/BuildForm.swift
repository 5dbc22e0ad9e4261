import Builds
import Inspection
import ModelContext
import SlotStore
import Tensors

/// The form that builds a slot, or changes the recipe that one was built by.
package struct BuildForm: FormDialog {
  package enum Field: String, FormFieldName {
    case type = "Type"
    case slot = "Slot"
    case preset = "Preset"
    case dtype = "Dtype"
    case seed = "Seed"
    case source = "Source"
    case config = "Config"
    case name = "Name"
  }

  package var form: Form<Field>
  /// Set where the form changes a slot's recipe.
  let rebuilds: Int?
  private var asked = Asked<[BuildOrder], BuildPreview>()
  private var pace = WorkPace.building
  /// More at once than a person has in mind.
  private static let slotLimit = 1000

  package init(type: NodeType = .llm) {
    form = Form(Self.choices(type: type, preset: Preset.reference), focus: .type)
    rebuilds = nil
  }

  /// The recipe of a slot, to be changed.
  package init(details: SlotDetails) {
    let recipe = details.recipe
    let type = NodeType(recipe?.builder ?? details.summary.modelType) ?? .llm
    let preset = recipe?.preset.flatMap { Preset.names(of: type).contains($0) ? $0 : nil }
    form = Form(Self.choices(type: type, preset: preset ?? Preset.reference), focus: .seed)
    rebuilds = details.summary.slotID
    form.fill(.slot, String(details.summary.slotID))
    if let dtype = recipe?.dtype, Self.dtypes(for: form.string(.preset)).contains(dtype) {
      form.fill(.dtype, dtype.rawValue)
    }
    form.fill(.seed, recipe?.seed.map(String.init) ?? "")
    form.fill(.source, recipe?.source?.path ?? "")
    form.fill(.config, ConfigText.text(details.config))
    form.fill(.name, details.metadata["name"] ?? "")
  }

  private static func choices(type: NodeType, preset: String) -> [Field: FormInput] {
    [
      .source: .path(PathInput(purpose: .model)),
      .type: .choice(ChoiceInput(NodeType.allCases.map(\.rawValue), chosen: type.rawValue)),
      .preset: .choice(ChoiceInput(Preset.names(of: type), chosen: preset)),
      .dtype: .choice(
        ChoiceInput(dtypes(for: preset).map(\.rawValue), chosen: dtype(of: preset, type).rawValue)),
    ]
  }

  private static func dtypes(for preset: String) -> [DType] {
    preset == Preset.reference ? [.float64] : Preset.dtypes
  }

  /// What a preset is built as where nobody says otherwise.
  private static func dtype(of preset: String, _ type: NodeType) -> DType {
    Preset.named(preset, type: type)?.dtype ?? dtypes(for: preset)[0]
  }

  private var type: NodeType { NodeType(form.string(.type)) ?? .llm }
  private var preset: String { form.string(.preset) }
  private var usesSource: Bool { !form.isEmpty(.source) }

  package func isUnused(_ name: Field) -> Bool {
    usesSource && (name == .preset || name == .dtype || name == .seed)
  }

  package mutating func changed(_ name: Field) {
    if name == .type { form.offer(Preset.names(of: type), in: .preset, chosen: Preset.reference) }
    if name == .type || name == .preset {
      let dtypes = Self.dtypes(for: preset).map(\.rawValue)
      form.offer(dtypes, in: .dtype, chosen: Self.dtype(of: preset, type).rawValue)
    }
  }

  // MARK: Checks

  package func problem(in name: Field) -> String? {
    let text = form.string(name)
    switch name {
    case .slot:
      do {
        let slots = try SlotRanges.parse([text], limit: Self.slotLimit)
        return rebuilds != nil && slots.count > 1 ? "one slot" : nil
      } catch {
        if case .tooMany = error { return "at most \(Format.grouped(Self.slotLimit)) slots" }
        return "a number, 12-15, or empty"
      }
    case .seed:
      return text.isEmpty || UInt64(text) != nil ? nil : "a number from 0 to 2^64 - 1, or empty"
    case .config: return ConfigText.problem(in: text, defaults: type.defaultConfig)
    case .type, .preset, .dtype, .source, .name: return nil
    }
  }

  /// What the form describes, one for each slot; nil while a field has a problem.
  package var orders: [BuildOrder]? {
    guard problem == nil, case .success(let config) = ConfigText.parse(form.string(.config)),
      let slots = try? SlotRanges.parse([form.string(.slot)], limit: Self.slotLimit)
    else { return nil }
    var settings = NodeSettings(config: config, name: form.isEmpty(.name) ? nil : form.string(.name))
    if usesSource {
      settings.modelPath = form.string(.source)
    } else {
      settings.preset = preset
      settings.dtype = DType(rawValue: form.string(.dtype))
      settings.seed = UInt64(form.string(.seed))
    }
    if slots.isEmpty { return [BuildOrder(nodeType: type, settings: settings)] }
    return slots.map { BuildOrder(nodeType: type, slotID: $0, settings: settings) }
  }

  package mutating func complete(_ name: Field) -> Bool {
    guard name == .config,
      let text = ConfigText.completed(form.string(name), names: type.defaultConfig.keys.sorted())
    else { return false }
    form.fill(name, text)
    return true
  }

  package mutating func ask(_ browser: BrowserState) -> [Effect] {
    pace = browser.pace(of: .building)
    guard asked.ask(orders), let orders else { return [] }
    return [.preview(orders)]
  }

  package mutating func hear(_ message: Message) {
    switch message {
    case .preview(let orders, let preview): asked.take(preview, to: orders)
    case .storeChanged: asked.expire()
    default: break
    }
  }

  package mutating func accepted(on browser: inout BrowserState) -> DialogReply {
    orders.map { .close([.submitTogether($0.map(BuildRequest.build))]) } ?? .stay()
  }

  // MARK: Words

  package var title: String { rebuilds.map { "Rebuild slot \($0) with changes" } ?? "Build" }
  package var acceptLabel: String { rebuilds == nil ? "build" : "rebuild" }

  package func hint(for name: Field) -> String {
    switch name {
    case .type: ""
    case .preset: "from the file" + (counts.isEmpty ? "" : ": \(counts)")
    case .dtype: "from the file"
    case .slot:
      SlotPlace.hint(nextFree: asked.answer?.slotID, "next free; or 12-15")
    case .seed:
      isUnused(.seed) ? "" : preset == Preset.reference ? "the reference's own" : "the slot's number"
    case .source: "a model file instead of a preset"
    case .config: ConfigText.text(type.defaultConfig)
    case .name: usesSource ? "the file's name" : preset
    }
  }

  package func note(on name: Field) -> String {
    guard name == .preset else { return "" }
    guard let preset = Preset.named(preset, type: type) else { return counts }
    return BuildPreview.counts(parameters: preset.parameterCount, tensors: preset.tensorCount)
  }

  /// What the preview says of how much it is; nothing while that is of another state of the form.
  private var counts: String {
    guard let answer = asked.answer, !asked.isAwaited, answer.slotCount == 1,
      let parameters = answer.parameters
    else { return "" }
    return BuildPreview.counts(parameters: parameters, tensors: answer.tensors ?? 1)
  }

  package var preview: FormPreview {
    guard problem == nil else { return FormPreview() }
    return asked.answer?.formPreview(pace: pace, isAwaited: asked.isAwaited)
      ?? FormPreview(isAwaited: asked.isAwaited)
  }
}
