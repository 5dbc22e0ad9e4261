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
    let order = try #require(BuildForm().orders?.first)
    #expect(order.nodeType == .llm)
    #expect(order.slotID == nil)
    #expect(order.settings.preset == "reference")
    #expect(order.settings.seed == nil)
    #expect(order.settings.config.isEmpty)
  }

  @Test("a slot that is no slot number is told", arguments: ["x", "-1", "1.5", "99999999999999999999"])
  func badSlot(_ text: String) {
    let form = form { $0.form.fill(.slot, text) }
    #expect(form.problem(in: .slot) == "a number, 12-15, or empty")
    #expect(form.orders == nil)
  }

  @Test("a seed that is no seed is told", arguments: ["x", "-1", "18446744073709551616"])
  func badSeed(_ text: String) {
    #expect(form { $0.form.fill(.seed, text) }.problem(in: .seed) == "a number from 0 to 2^64 - 1, or empty")
  }

  @Test("the largest seed is one")
  func largestSeed() {
    #expect(form { $0.form.fill(.seed, "18446744073709551615") }.orders?.first?.settings.seed == .max)
  }

  @Test(
    "what is wrong with a config is told",
    arguments: [
      ("temperature", "name=value, separated by commas"), ("=1", "name=value, separated by commas"),
      ("a=", "a has no value"), ("a=1, a=2", "a is there twice"),
      ("top_p=0.5max_tokens=7", "top_p is a number"),
    ])
  func badConfig(_ text: String, _ problem: String) {
    #expect(form { $0.form.fill(.config, text) }.problem(in: .config) == problem)
  }

  @Test("a config is numbers, bools and strings, as typed")
  func config() {
    let form = form { $0.form.fill(.config, "temperature=0.5, top_k=40,on=true,  note=a b ,") }
    #expect(
      form.orders?.first?.settings.config == [
        "temperature": .number(0.5), "top_k": .integer(40), "on": .bool(true), "note": .string("a b"),
      ])
  }

  @Test("a source file makes preset, dtype and seed pointless")
  func source() throws {
    let form = form {
      $0.form.fill(.seed, "nonsense")
      $0.form.fill(.source, "/models/a.safetensors")
    }
    #expect(form.problem == nil)
    #expect(form.orders?.first?.settings.modelPath == "/models/a.safetensors")
    #expect(form.orders?.first?.settings.seed == nil)
    var shell = FakeShell()
    shell.press(.character("b"), .up, .up, .up)
    shell.type("a.safetensors")
    shell.press(.up)
    #expect(shell.form?.form.focus == .slot)
  }

  @Test("another type or preset brings choices that exist")
  func choices() {
    var shell = FakeShell()
    shell.press(.character("b"), .down, .down, .right)
    #expect(shell.form?.form.string(.preset) == "gpt2")
    #expect(shell.form?.form.string(.dtype) == "float32")
    shell.press(.up, .up, .left)
    #expect(shell.form?.form.string(.type) == "CNN")
    #expect(shell.form?.form.string(.preset) == "reference")
    #expect(shell.form?.form.string(.dtype) == "float64")
  }

  @Test("first letters choose, and what is chosen goes on with the letters after them")
  func firstLetters() {
    var shell = FakeShell()
    shell.press(.character("b"))
    shell.type("c")
    #expect(shell.form?.form.string(.type) == "CNN")
    shell.press(.down, .down)
    shell.type("res")
    #expect(shell.form?.form.string(.preset) == "resnet18")
    shell.type("net5")
    #expect(shell.form?.form.string(.preset) == "resnet50")
    shell.type("V")
    #expect(shell.form?.form.string(.preset) == "vgg16")
    shell.type("x")
    #expect(shell.form?.form.string(.preset) == "vgg16")
    shell.type(" ")
    #expect(shell.form?.form.string(.preset) == "resnet18")
  }

  @Test("a slot's recipe fills the form, and gives the same order again")
  func recipe() throws {
    let details = try details(slot(7), metadata: ["name": "mine"])
    let order = try #require(BuildForm(details: details).orders?.first)
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
    #expect(shell.form?.form.focus == .slot)
    #expect(shell.state.notice?.text == "Slot: a number, 12-15, or empty")
  }

  @Test("the preview of an earlier state of the form is dropped, and that of the newest waited for")
  func latePreview() {
    var shell = FakeShell()
    shell.press(.character("b"), .down)
    shell.type("12")
    let orders = shell.takeEffects().compactMap {
      if case .preview(let orders) = $0 { orders } else { nil }
    }
    #expect(orders.map { $0.map(\.slotID) } == [[nil], [1], [12]])
    shell.press(.enter)
    shell.send(.preview(orders[1], BuildPreview(slotID: 1, sizeBytes: 1, problem: "too large")))
    #expect(shell.state.notice == nil && shell.takeEffects().isEmpty)
    shell.send(.preview(orders[2], BuildPreview(slotID: 12, sizeBytes: 1)))
    let submitted = shell.takeBuilds().map(\.slotID)
    #expect(submitted == [12])
    #expect(shell.form == nil)
  }

  @Test("several slots are built at once, with the size of all of them")
  func several() throws {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("b"), .down)
    shell.type("12-14,7")
    guard case .preview(let orders)? = shell.takeEffects().last else {
      Issue.record("nobody asked for the preview")
      return
    }
    #expect(orders.map(\.slotID) == [12, 13, 14, 7])
    var preview = BuildPreview(sizeBytes: 4_000_000_000, freeBytes: 61_000_000_000)
    preview.slotCount = 4
    preview.fullCount = 1
    shell.send(.preview(orders, preview))
    #expect(shell.picture.contains("4.0 GB, about 10 s; 61.0 GB free"))
    #expect(shell.picture.contains("1 of 4 slots hold something: it becomes an earlier revision."))
    shell.press(.enter)
    #expect(shell.takeBuilds() == orders)
    shell.press(.character("b"), .down)
    shell.type("1-1001")
    #expect(shell.picture.contains("at most 1,000 slots"))
  }

  @Test(
    "Tab completes the names of a config",
    arguments: [
      ("te", "temperature="), ("top_p=0.5, m", "top_p=0.5, max_tokens="), ("t", nil), ("x", nil),
      ("temperature=1", nil), ("", nil),
    ])
  func configNames(_ typed: String, _ completed: String?) {
    let names = ["learning_rate", "max_tokens", "temperature", "top_p"]
    #expect(ConfigText.completed(typed, names: names) == completed)
    var shell = FakeShell()
    shell.press(.character("b"), .up, .up)
    shell.type(typed)
    shell.press(.tab)
    #expect(shell.form?.form.string(.config) == completed ?? typed)
    #expect(shell.form?.form.focus == (completed == nil ? .name : .config))
  }

  @Test("what the preview refuses is said at Enter, and the form stays")
  func refused() throws {
    var shell = FakeShell()
    shell.press(.character("b"))
    guard case .preview(let orders)? = shell.takeEffects().last else {
      Issue.record("nobody asked for the preview")
      return
    }
    shell.send(.preview(orders, BuildPreview(problem: "too large")))
    shell.press(.enter)
    #expect(shell.state.notice?.text == "too large")
    #expect(shell.form != nil && shell.takeEffects().isEmpty)
  }

  @Test("a change of the store is a reason to ask again")
  func storeChanges() {
    var shell = FakeShell()
    shell.press(.character("b"))
    _ = shell.takeEffects()
    shell.send(.storeChanged)
    let asked = shell.takeEffects().count { if case .preview = $0 { true } else { false } }
    #expect(asked == 1)
  }

  @Test("a click goes to a field, and on a choice that has focus brings the next one")
  func clicks() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("b"))
    let rows = shell.picture.split(separator: "\n", omittingEmptySubsequences: false)
    guard let row = rows.firstIndex(where: { $0.contains("Preset") }) else {
      Issue.record("there is no field Preset")
      return
    }
    shell.press(.mouse(MouseEvent(.click, x: 30, y: row)))
    #expect(shell.form?.form.focus == .preset)
    #expect(shell.form?.form.string(.preset) == "reference")
    shell.press(.mouse(MouseEvent(.click, x: 30, y: row)))
    #expect(shell.form?.form.string(.preset) == "gpt2")
    shell.press(.mouse(MouseEvent(.click, x: 16, y: row)))
    #expect(shell.form?.form.string(.preset) == "reference")
    shell.press(.mouse(MouseEvent(.wheelDown, x: 16, y: row)))
    #expect(shell.form?.form.focus == .dtype)
  }

  @Test("letters that are keys elsewhere are text in a field")
  func letters() {
    var shell = FakeShell()
    shell.press(.character("b"), .up, .up)
    shell.type("q=D?")
    #expect(shell.form?.form.string(.config) == "q=D?")
  }
}

extension FakeShell {
  /// The builds that were asked for.
  fileprivate mutating func takeBuilds() -> [BuildOrder] {
    takeEffects().flatMap { effect -> [BuildOrder] in
      guard case .submitTogether(let requests) = effect else { return [] }
      return requests.compactMap { if case .build(let order) = $0 { order } else { nil } }
    }
  }

  /// The build form, where it is in view.
  fileprivate var form: BuildForm? { state.dialogs.last as? BuildForm }
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
