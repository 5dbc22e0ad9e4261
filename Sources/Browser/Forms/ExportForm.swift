import Builds
import Canvas
import Inspection
import Interchange
import SlotStore
import Tensors

/// Asks for the file that a slot, or a tensor of one, is to be written to; of several slots for the folder that gets
/// a file for each.
package struct ExportForm: FormDialog {
  package enum Field: String, FormFieldName {
    case format = "Format"
    case target = "To"
  }

  package struct Slot: Sendable, Hashable {
    package var slotID: Int
    /// What people call it.
    package var name: String

    package init(slotID: Int, name: String) {
      self.slotID = slotID
      self.name = name
    }
  }

  package var form: Form<Field>
  let slots: [Slot]
  /// The one tensor that is exported, by its name; nil for all. A tensor without a name is all there is.
  let tensor: String?
  private var asked = Asked<ExportQuestion, ExportPreview>()
  private var pace = WorkPace.exporting

  /// Slots that are exported whole.
  package init(slots: [Slot]) {
    self.slots = slots
    tensor = nil
    let isOne = slots.count == 1
    let path = isOne ? Self.fileName(of: slots[0], .safetensors) : ""
    form = Form(
      [
        .format: .choice(ChoiceInput(ExportFormat.allCases.map(\.rawValue))),
        .target: .path(PathInput(path, purpose: isOne ? .export : .folder)),
      ], focus: .target)
  }

  package init(tensor: TensorInfo, of slotID: Int) {
    slots = [Slot(slotID: slotID, name: "")]
    self.tensor = tensor.name.isEmpty ? nil : tensor.name
    let stem = tensor.name.isEmpty ? "slot-\(slotID)" : Self.plain(tensor.name)
    form = Form(
      [
        .format: .choice(
          ChoiceInput(ExportFormat.allCases.map(\.rawValue), chosen: ExportFormat.npy.rawValue)),
        .target: .path(PathInput(stem + ".npy", purpose: .export)),
      ], focus: .target)
  }

  private var isOne: Bool { slots.count == 1 }
  private var format: ExportFormat { ExportFormat(rawValue: form.string(.format)) ?? .safetensors }

  // MARK: Names

  static func fileName(of slot: Slot, _ format: ExportFormat) -> String {
    "slot-\(slot.slotID)" + (slot.name.isEmpty ? "" : "-" + plain(slot.name)) + ".\(format.rawValue)"
  }

  /// A name as the name of a file can have it.
  private static func plain(_ name: String) -> String {
    var plain = ""
    for character in name.prefix(120) {
      let isPlain = character.isLetter || character.isNumber || "._-+ ()[]".contains(character)
      plain.append(isPlain && character.unicodeScalars.count == 1 ? character : "_")
    }
    // What begins with a dot would be hidden, and a name may be no longer than 255 bytes.
    if plain.hasPrefix(".") { plain = "_" + plain.dropFirst() }
    while plain.utf8.count > 200 { plain.removeLast() }
    return plain
  }

  // MARK: Filling in

  /// The extension follows the format, and the format an extension that is typed.
  package mutating func changed(_ name: Field) {
    guard isOne else { return }
    let path = form.string(.target)
    guard let typed = ExportFormat(path: path) else { return }
    switch name {
    case .format: form.fill(.target, String(path.dropLast(typed.rawValue.count)) + format.rawValue)
    case .target: if typed != format { form.fill(.format, typed.rawValue) }
    }
  }

  package func problem(in name: Field) -> String? {
    guard name == .target else { return nil }
    if form.isEmpty(.target) { return isOne ? "a file name, please" : "which folder?" }
    if isOne, ExportFormat(path: form.string(.target)) == nil {
      return "must end in .\(format.rawValue)"
    }
    return nil
  }

  private var question: ExportQuestion? {
    if problem != nil { return nil }
    return ExportQuestion(
      slots: slots.map(\.slotID), tensor: tensor, target: form.string(.target), isFolder: !isOne,
      format: format)
  }

  package mutating func ask(_ browser: BrowserState) -> [Effect] {
    pace = browser.pace(of: .exporting)
    guard asked.ask(question), let question else { return [] }
    return [.previewExport(question)]
  }

  package mutating func hear(_ message: Message) {
    switch message {
    case .exportPreview(let question, let preview): asked.take(preview, to: question)
    case .storeChanged: asked.expire()
    default: break
    }
  }

  /// A file that is there already is replaced only after a question: that can't be undone.
  package mutating func accepted(on browser: inout BrowserState) -> DialogReply {
    let replaced = asked.answer?.existing ?? []
    let effects = zip(slots, asked.answer?.paths ?? []).flatMap { slot, path in
      browser.start(
        .export(
          ExportOrder(
            slotID: slot.slotID, path: path, tensor: tensor, overwrites: replaced.contains(path))))
    }
    guard let first = replaced.first else { return .close(effects) }
    let what =
      replaced.count == 1
      ? ["There is a file \(first).", "Replace it? What is in it is lost."]
      : [
        "\(Format.grouped(replaced.count)) of the files are there already, \(first) among them.",
        "Replace them? What is in them is lost.",
      ]
    browser.show(QuestionDialog(title: "Export", lines: what, yes: effects, isAboutForm: true))
    return .stay()
  }

  // MARK: Words

  package var title: String {
    if let tensor { return "Export \(VisibleText.middleCut(tensor, width: 48))" }
    return isOne ? "Export slot \(slots[0].slotID)" : "Export \(Format.grouped(slots.count)) slots"
  }

  package var acceptLabel: String { "export" }
  package var previewRows: Int { 3 }

  package func hint(for name: Field) -> String {
    name == .target ? isOne ? "a file" : "the folder that gets a file for each" : ""
  }

  package func note(on name: Field) -> String {
    switch format {
    case .safetensors: tensor == nil ? "names, shapes, config and metadata" : "with its name and shape"
    case .npz: "an array for each tensor, for numpy"
    case .npy: tensor == nil ? "one array, for numpy" : "for numpy"
    }
  }

  package var preview: FormPreview {
    guard problem == nil else { return FormPreview() }
    guard let answer = asked.answer else { return FormPreview(isAwaited: asked.isAwaited) }
    if let problem = answer.problem {
      return FormPreview([FormPreview.Line(problem, .bad)], problem: problem, isAwaited: asked.isAwaited)
    }
    var lines = [SlotPlace(freeBytes: answer.freeBytes).sizeLine(bytes: answer.byteCount, pace: pace)]
    if !answer.conversions.isEmpty { lines.append(FormPreview.Line(conversionText(answer), .warning)) }
    if let first = answer.existing.first {
      lines.append(
        FormPreview.Line(
          answer.existing.count == 1
            ? "There is a file \(first)."
            : "\(Format.grouped(answer.existing.count)) files are there already.",
          .warning))
    }
    return FormPreview(lines, isAwaited: asked.isAwaited)
  }

  /// `.npz has no Q4_K, bfloat16: 12 tensors become float32.`
  private func conversionText(_ answer: ExportPreview) -> String {
    let dtypes = answer.conversions.keys.map(\.rawValue).sorted().joined(separator: ", ")
    let count = answer.conversions.values.reduce(0, +)
    return
      ".\(format.rawValue) has no \(dtypes): \(NumberText.counted(count, "tensor")) \(count == 1 ? "becomes" : "become") float32."
  }
}

/// Asks what an export would come to.
package struct ExportQuestion: Sendable, Hashable {
  package var slots: [Int]
  package var tensor: String?
  /// The file of the slot; of several the folder that gets a file for each, and must be there.
  package var target: String
  package var isFolder: Bool
  package var format: ExportFormat

  package init(slots: [Int], tensor: String? = nil, target: String, isFolder: Bool, format: ExportFormat) {
    self.slots = slots
    self.tensor = tensor
    self.target = target
    self.isFolder = isFolder
    self.format = format
  }

  /// The folder in which the files would be.
  var folder: String {
    if isFolder { return target }
    guard let slash = target.lastIndex(of: "/") else { return "." }
    return slash == target.startIndex ? "/" : String(target[..<slash])
  }

  /// The file of one of the slots, which people call `name`.
  func path(slotID: Int, name: String) -> String {
    if !isFolder { return target }
    let file = ExportForm.fileName(of: ExportForm.Slot(slotID: slotID, name: name), format)
    return (target.hasSuffix("/") ? target : target + "/") + file
  }
}

/// What an export would come to.
package struct ExportPreview: Sendable, Equatable {
  package var byteCount = 0
  /// The file of each slot: only who looks the slots up knows their names.
  package var paths: [String] = []
  /// Of the file system that it is written to.
  package var freeBytes: Int?
  /// Tensors of each dtype that the format has not, which are written as float32.
  package var conversions: [DType: Int] = [:]
  /// Files that would be replaced.
  package var existing: [String] = []
  /// Why it can't be done.
  package var problem: String?

  package init(
    byteCount: Int = 0, paths: [String] = [], freeBytes: Int? = nil, conversions: [DType: Int] = [:],
    existing: [String] = [], problem: String? = nil
  ) {
    self.byteCount = byteCount
    self.paths = paths
    self.freeBytes = freeBytes
    self.conversions = conversions
    self.existing = existing
    self.problem = problem
  }
}
