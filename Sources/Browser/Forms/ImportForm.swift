import Canvas
import Inspection
import Tensors

/// The form that takes a model file into a slot.
package struct ImportForm: FormDialog {
  package enum Field: String, FormFieldName {
    case file = "File"
    case slot = "Slot"
    case type = "Type"
    case name = "Name"
  }

  package var form = Form<Field>([.file: .path(PathInput(purpose: .model))], focus: .file)
  private var asked = Asked<ImportQuestion, ImportPreview>()
  private var pace = WorkPace.importing

  package init() {}

  package func problem(in name: Field) -> String? {
    let text = form.string(name)
    return switch name {
    case .file: text.isEmpty ? "which file?" : nil
    case .slot: text.isEmpty || Int(text).map { $0 >= 0 } == true ? nil : "a number from 0, or empty"
    case .type, .name: nil
    }
  }

  private var question: ImportQuestion? {
    if problem != nil { return nil }
    return ImportQuestion(path: form.string(.file), slotID: Int(form.string(.slot)))
  }

  package mutating func ask(_ browser: BrowserState) -> [Effect] {
    pace = browser.pace(of: .importing)
    guard asked.ask(question), let question else { return [] }
    return [.previewImport(question)]
  }

  package mutating func hear(_ message: Message) {
    switch message {
    case .importPreview(let question, let preview): asked.take(preview, to: question)
    case .storeChanged: asked.expire()
    default: break
    }
  }

  package mutating func accepted(on browser: inout BrowserState) -> DialogReply {
    func typed(_ name: Field) -> String? { form.isEmpty(name) ? nil : form.string(name) }
    return .close([
      .submit(
        .importFile(
          path: form.string(.file), slotID: Int(form.string(.slot)), modelType: typed(.type),
          name: typed(.name)))
    ])
  }

  // MARK: Words

  package var title: String { "Import" }
  package var acceptLabel: String { "import" }
  package var previewRows: Int { 3 }

  package func hint(for name: Field) -> String {
    switch name {
    case .file: "a model file, or the folder of one in several files"
    case .slot: SlotPlace.hint(nextFree: asked.answer?.place.nextFree, "next free")
    case .type:
      facts.map { $0.modelType.map { "\($0), by its tensors" } ?? "Unknown; LLM, CNN, or another word" } ?? ""
    case .name: facts?.name ?? ""
    }
  }

  private var facts: ModelFileFacts? { asked.isAwaited ? nil : asked.answer?.facts }

  package var preview: FormPreview {
    guard problem == nil else { return FormPreview() }
    guard let answer = asked.answer else { return FormPreview(isAwaited: asked.isAwaited) }
    if let problem = answer.problem {
      // Nobody has made a mistake who is still typing a path.
      let style: Style = answer.isMissing && form.focus == .file ? .dim : .bad
      return FormPreview([FormPreview.Line(problem, style)], problem: problem, isAwaited: asked.isAwaited)
    }
    guard let facts = answer.facts else { return FormPreview(isAwaited: asked.isAwaited) }
    return FormPreview(
      [
        FormPreview.Line(facts.text), answer.place.sizeLine(bytes: facts.byteCount, pace: pace),
        answer.place.slotLine,
      ], isAwaited: asked.isAwaited)
  }
}

/// Asks what importing a file would come to.
package struct ImportQuestion: Sendable, Hashable {
  package var path: String
  /// nil: the next free one.
  package var slotID: Int?
}

/// What importing a file would come to.
package struct ImportPreview: Sendable, Equatable {
  package var place: SlotPlace
  package var facts: ModelFileFacts?
  /// Why the file can't be imported.
  package var problem: String?
  /// There is no such file.
  package var isMissing = false

  package init(
    place: SlotPlace, facts: ModelFileFacts? = nil, problem: String? = nil, isMissing: Bool = false
  ) {
    self.place = place
    self.facts = facts
    self.problem = problem
    self.isMissing = isMissing
  }
}

/// What the head of a model file says.
package struct ModelFileFacts: Sendable, Equatable {
  package var format: String
  package var tensors: Int
  package var parameters: Int
  /// Of the weights.
  package var byteCount: Int
  /// As the file says, else as its tensors look.
  package var modelType: String?
  package var name: String

  package init(
    format: String, tensors: Int, parameters: Int, byteCount: Int, modelType: String?, name: String
  ) {
    self.format = format
    self.tensors = tensors
    self.parameters = parameters
    self.byteCount = byteCount
    self.modelType = modelType
    self.name = name
  }

  /// `safetensors: 22.7M parameters in 103 tensors`.
  var text: String {
    "\(format): \(Format.count(parameters)) parameters in \(NumberText.counted(tensors, "tensor"))"
  }
}
