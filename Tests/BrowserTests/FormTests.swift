import Builds
import Canvas
import ModelContext
import Testing

@testable import Browser

@Suite("The build form")
struct FormTests {
  private func form(_ change: (inout BuildForm) -> Void) -> BuildForm {
    var form = BuildForm()
    change(&form)
    return form
  }

  @Test("an empty form builds the reference preset into the next free slot")
  func empty() throws {
    let order = try #require(BuildForm().order)
    #expect(order.nodeType == .llm)
    #expect(order.slotID == nil)
    #expect(order.settings.preset == "reference")
    #expect(order.settings.seed == nil)
    #expect(order.settings.config.isEmpty)
  }

  @Test("a slot that is no slot number is told", arguments: ["x", "-1", "1.5", "99999999999999999999"])
  func badSlot(_ text: String) {
    let form = form { $0.slot = TextField(text) }
    #expect(form.problem(in: .slot) == "a number from 0, or empty")
    #expect(form.order == nil)
  }

  @Test("a seed that is no seed is told", arguments: ["x", "-1", "18446744073709551616"])
  func badSeed(_ text: String) {
    #expect(form { $0.seed = TextField(text) }.problem(in: .seed) == "a number from 0 to 2^64 - 1, or empty")
  }

  @Test("the largest seed is one")
  func largestSeed() {
    #expect(form { $0.seed = TextField("18446744073709551615") }.order?.settings.seed == .max)
  }

  @Test(
    "what is wrong with a config is told",
    arguments: [
      ("temperature", "name=value, separated by commas"), ("=1", "name=value, separated by commas"),
      ("a=", "a has no value"), ("a=1, a=2", "a is there twice"),
      ("top_p=0.5max_tokens=7", "top_p is a number"),
    ])
  func badConfig(_ text: String, _ problem: String) {
    #expect(form { $0.config = TextField(text) }.problem(in: .config) == problem)
  }

  @Test("a config is numbers, bools and strings, as typed")
  func config() {
    let form = form { $0.config = TextField("temperature=0.5, top_k=40,on=true,  note=a b ,") }
    #expect(
      form.order?.settings.config == [
        "temperature": .number(0.5), "top_k": .integer(40), "on": .bool(true), "note": .string("a b"),
      ])
  }

  @Test("a source file makes preset, dtype and seed pointless")
  func source() throws {
    var form = form {
      $0.seed = TextField("nonsense")
      $0.source = TextField("/models/a.safetensors")
    }
    #expect(form.problem == nil)
    #expect(form.order?.settings.modelPath == "/models/a.safetensors")
    #expect(form.order?.settings.seed == nil)
    form.focus = .slot
    form.moveFocus(by: 1)
    #expect(form.focus == .source)
  }

  @Test("another type or preset brings choices that exist")
  func choices() {
    var form = BuildForm()
    form.focus = .preset
    while form.preset != "gpt2", form.choose(by: 1) {}
    #expect(form.dtype == .float32)
    form.focus = .type
    let hasChoices = form.choose(by: 1)
    #expect(hasChoices)
    #expect(form.type == .cnn)
    #expect(form.preset == "reference")
    #expect(form.dtype == .float64)
  }

  @Test("a slot's recipe fills the form, and gives the same order again")
  func recipe() throws {
    let details = try details(slot(7), metadata: ["name": "mine"])
    let order = try #require(BuildForm(details: details).order)
    #expect(order.slotID == 7)
    #expect(order.settings.preset == "reference")
    #expect(order.settings.seed == 7)
    #expect(order.settings.config == details.config)
    #expect(order.settings.name == "mine")
  }

  @Test("Enter on a form with a problem goes to the field and says what is wrong")
  func enter() {
    var shell = FakeShell()
    shell.press(.character("b"), .down)
    shell.type("abc")
    shell.press(.down, .enter)
    guard let form = shell.state.dialogs.last as? BuildForm else {
      Issue.record("the form is gone")
      return
    }
    #expect(form.focus == .slot)
    #expect(shell.state.notice?.text == "Slot: a number from 0, or empty")
  }

  @Test("the preview of an earlier state of the form is dropped")
  func latePreview() {
    var form = BuildForm()
    let first = form.nextPreview()
    let second = form.nextPreview()
    form.take(BuildPreview(slotID: 1), generation: first?.generation ?? 0)
    #expect(form.preview == nil)
    form.take(BuildPreview(slotID: 2), generation: second?.generation ?? 0)
    #expect(form.preview?.slotID == 2)
  }

  @Test("letters that are keys elsewhere are text in a field")
  func letters() {
    var shell = FakeShell()
    shell.press(.character("b"), .up)
    shell.type("q=D?")
    guard let form = shell.state.dialogs.last as? BuildForm else {
      Issue.record("the form is gone")
      return
    }
    #expect(form.config.string == "q=D?")
  }
}

@Suite("A field of text")
struct TextFieldTests {
  @Test("it edits as one expects")
  func editing() {
    var field = TextField("ab cd")
    let keys: [Key] = [
      .left, .left, .backspace, .character("-"), .home, .deleteForward, .end, .character("é"), .right,
    ]
    for key in keys {
      let isTaken = field.edit(key)
      #expect(isTaken, "\(key)")
    }
    #expect(field.string == "b-cdé")
    _ = field.edit(.ctrl("w"))
    #expect(field.string == "")
    let takesUp = field.edit(.up)
    #expect(!takesUp)
  }
}
