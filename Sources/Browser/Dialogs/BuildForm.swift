import Builds
import Canvas
import ModelContext
import SlotStore
import Tensors

/// What the form asks for.
package enum FormField: String, Sendable, Hashable, CaseIterable {
  case type = "Type"
  case slot = "Slot"
  case preset = "Preset"
  case dtype = "Dtype"
  case seed = "Seed"
  case source = "Source"
  case config = "Config"
}

/// The form that builds a slot: checked while it is filled in, with a preview of what will come.
package struct BuildForm: Sendable, Equatable {
  package var type: NodeType
  package var slot = TextField()
  package var preset = Preset.reference
  package var dtype: DType = .float64
  package var seed = TextField()
  package var source = TextField()
  package var config = TextField()
  package var focus = FormField.type
  /// What people call the slot whose recipe is being changed.
  private(set) var name: String?
  /// Set where the form changes a slot's recipe.
  private(set) var rebuilds: Int?
  /// The answer to the newest preview request.
  package private(set) var preview: BuildPreview?
  private(set) var generation = 0

  package init(type: NodeType = .llm) {
    self.type = type
  }

  /// The recipe of a slot, to be changed.
  package init(details: SlotDetails) {
    let recipe = details.recipe
    type = NodeType(recipe?.builder ?? details.summary.modelType) ?? .llm
    slot = TextField(String(details.summary.slotID))
    if let name = recipe?.preset, Preset.names(of: type).contains(name) { preset = name }
    dtype = recipe?.dtype ?? Self.dtype(of: preset, type)
    if !Self.dtypes(for: preset).contains(dtype) { dtype = Self.dtype(of: preset, type) }
    seed = TextField(recipe?.seed.map(String.init) ?? "")
    source = TextField(recipe?.source?.path ?? "")
    config = TextField(ConfigText.text(details.config))
    name = details.metadata["name"]
    focus = .seed
    rebuilds = details.summary.slotID
  }

  var usesSource: Bool { !source.isEmpty }

  static func dtypes(for preset: String) -> [DType] {
    preset == Preset.reference ? [.float64] : Preset.dtypes
  }

  /// What a preset is built as where nobody says otherwise.
  private static func dtype(of preset: String, _ type: NodeType) -> DType {
    Preset.named(preset, type: type)?.dtype ?? dtypes(for: preset)[0]
  }

  /// Fields that the others make pointless.
  func isUnused(_ field: FormField) -> Bool {
    usesSource && (field == .preset || field == .dtype || field == .seed)
  }

  // MARK: Changes

  mutating func moveFocus(by step: Int) {
    let fields = FormField.allCases.filter { !isUnused($0) }
    let index = fields.firstIndex(of: focus) ?? 0
    focus = fields[(index + step + fields.count) % fields.count]
  }

  /// The next or previous choice of the field in focus.
  ///
  /// - Returns: false where the field has no choices.
  mutating func choose(by step: Int) -> Bool {
    switch focus {
    case .type:
      type = Self.next(type, in: NodeType.allCases, step)
      preset = Preset.reference
      dtype = Self.dtype(of: preset, type)
    case .preset:
      preset = Self.next(preset, in: Preset.names(of: type), step)
      dtype = Self.dtype(of: preset, type)
    case .dtype:
      dtype = Self.next(dtype, in: Self.dtypes(for: preset), step)
    default: return false
    }
    return true
  }

  private static func next<T: Equatable>(_ value: T, in values: [T], _ step: Int) -> T {
    guard let index = values.firstIndex(of: value) else { return values.first ?? value }
    return values[(index + step + values.count) % values.count]
  }

  mutating func edit(_ key: Key) -> Bool {
    switch focus {
    case .slot: slot.edit(key)
    case .seed: seed.edit(key)
    case .source: source.edit(key)
    case .config: config.edit(key)
    case .type, .preset, .dtype: key == .character(" ") && choose(by: 1)
    }
  }

  mutating func eraseField() {
    switch focus {
    case .slot: slot.erase()
    case .seed: seed.erase()
    case .source: source.erase()
    case .config: config.erase()
    case .type, .preset, .dtype: break
    }
  }

  // MARK: Checks

  /// What is wrong with a field as it stands, in a few words.
  package func problem(in field: FormField) -> String? {
    switch field {
    case .slot:
      guard !slot.isEmpty else { return nil }
      guard let number = Int(slot.string), number >= 0 else { return "a number from 0, or empty" }
      return nil
    case .seed:
      guard !seed.isEmpty, !usesSource, UInt64(seed.string) == nil else { return nil }
      return "a number from 0 to 2^64 - 1, or empty"
    case .config:
      return ConfigText.problem(in: config.string, defaults: type.defaultConfig)
    case .type, .preset, .dtype, .source: return nil
    }
  }

  /// The first field with a problem, and the problem.
  package var problem: (field: FormField, text: String)? {
    for field in FormField.allCases {
      if let text = problem(in: field) { return (field, text) }
    }
    return nil
  }

  /// What the form describes; nil while a field has a problem.
  package var order: BuildOrder? {
    guard problem == nil, case .success(let config) = ConfigText.parse(config.string) else { return nil }
    var settings = NodeSettings(config: config, name: name)
    if usesSource {
      settings.modelPath = source.string
    } else {
      settings.preset = preset
      settings.dtype = dtype
      settings.seed = UInt64(seed.string)
    }
    return BuildOrder(nodeType: type, slotID: Int(slot.string), settings: settings)
  }

  /// A request for the preview of the form as it stands.
  mutating func nextPreview() -> PreviewRequest? {
    guard let order else {
      generation += 1
      preview = nil
      return nil
    }
    generation += 1
    return PreviewRequest(order: order, generation: generation)
  }

  /// Takes a preview; one of an earlier state of the form is dropped.
  mutating func take(_ preview: BuildPreview, generation: Int) {
    if generation == self.generation { self.preview = preview }
  }
}

/// Asks what a build would come to.
package struct PreviewRequest: Sendable {
  package var order: BuildOrder
  package var generation: Int
}

/// What a build would come to.
package struct BuildPreview: Sendable, Equatable {
  /// The slot that it will get.
  package var slotID: Int?
  /// What is in that slot now, in words; nil where it is empty.
  package var occupant: String?
  package var sizeBytes: Int?
  package var parameters: Int?
  package var tensors: Int?
  package var freeBytes: Int?
  /// Why it can't be built.
  package var problem: String?

  package init(
    slotID: Int? = nil, occupant: String? = nil, sizeBytes: Int? = nil, parameters: Int? = nil,
    tensors: Int? = nil, freeBytes: Int? = nil, problem: String? = nil
  ) {
    self.slotID = slotID
    self.occupant = occupant
    self.sizeBytes = sizeBytes
    self.parameters = parameters
    self.tensors = tensors
    self.freeBytes = freeBytes
    self.problem = problem
  }
}
