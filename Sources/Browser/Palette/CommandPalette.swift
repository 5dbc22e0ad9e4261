import Canvas

/// Every command of the screen in view by its name, found by a few letters of it, with its key and what it does.
package struct CommandPalette: Sendable, Dialog {
  /// A command and why it can't be carried out now.
  struct Entry: Sendable, Equatable {
    var binding: Binding
    var reason: String?

    var name: String { binding.command.name }

    static func == (one: Entry, other: Entry) -> Bool {
      one.binding.command == other.binding.command && one.reason == other.reason
    }
  }

  /// An entry that fits what was typed, and where.
  struct Found: Sendable, Equatable {
    var entry: Entry
    /// Characters of the name.
    var inName: [Int] = []
    /// Characters of the help text.
    var inHelp: [Range<Int>] = []
  }

  /// Whose commands are shown.
  let home: Scope
  private(set) var text = TextField()
  private(set) var entries: [Entry]
  private(set) var found: [Found] = []
  private(set) var selection = 0
  var top = ScrollPosition()

  /// - Parameter whyDisabled: as in ``BrowserState/whyDisabled(_:in:)``.
  init(home: Scope, bindings: BindingTable, whyDisabled: (Command) -> String?) {
    self.home = home
    let commands = bindings.bindings.filter { $0.scope == home && $0.command != .commands }
    entries = Self.order.flatMap { group in
      commands.filter { $0.group == group }.map { Entry(binding: $0, reason: whyDisabled($0.command)) }
    }
    search()
  }

  /// What people look up by name comes first, what every finger knows last.
  private static let order: [BindingGroup] = {
    let first: [BindingGroup] = [.doing, .seeing, .finding, .program]
    return first + BindingGroup.allCases.filter { !first.contains($0) }
  }()

  package var scope: Scope { .palette }
  package var title: String { "Commands" }

  package var facts: String {
    found.count == entries.count ? "\(entries.count)" : "\(found.count) of \(entries.count)"
  }

  var selected: Found? { found.indices.contains(selection) ? found[selection] : nil }

  // MARK: Finding

  /// No command is found by more than this: a long text that is pasted is not looked for letter by letter.
  private static let longest = 100

  private mutating func search() {
    selection = 0
    top.moveToTop()
    found = []
    if text.text.count > Self.longest { return }
    let typed = text.string
    let ranked = entries.enumerated().compactMap { place, entry -> (found: Found, score: Int, place: Int)? in
      if let match = FuzzyMatch(typed, in: entry.name) {
        return (Found(entry: entry, inName: match.offsets), match.score, place)
      }
      let words = NameSearch(typed)
      guard !words.isEmpty, words.matches(entry.binding.help) else { return nil }
      // What only the help text says comes after all that a name says.
      return (Found(entry: entry, inHelp: words.ranges(in: entry.binding.help)), .min, place)
    }
    let isTyped = !text.isEmpty
    found = ranked.sorted { one, other in
      isTyped && one.score != other.score ? one.score > other.score : one.place < other.place
    }.map(\.found)
  }

  private mutating func move(by step: Int) {
    selection = max(0, min(found.count - 1, selection + step))
  }

  /// Rows of the list where there are `height` rows in all: the first is what is typed.
  static func visibleRows(_ height: Int) -> Int { max(1, height - (height > 8 ? 2 : 1)) }

  /// The first row in view, so that the selected one is.
  func firstRow(visible: Int) -> Int {
    let kept = top.clamped(count: found.count, visible: visible)
    return max(selection - visible + 1, min(kept, selection))
  }

  // MARK: Keys and mouse

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    let page = max(1, Self.visibleRows(browser.dialogInside(self).height) - 1)
    switch command {
    case .close: return .close()
    case .accept: return carryOut(on: &browser)
    case .complete:
      if let selected {
        text = TextField(selected.entry.name)
        search()
      }
    case .eraseField:
      text.erase()
      search()
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -page)
    case .pageDown: move(by: page)
    default: break
    }
    return settled(on: browser)
  }

  /// A number goes to that slot. What is disabled may be so no longer, and the other way round.
  private func carryOut(on browser: inout BrowserState) -> DialogReply {
    if home == .panes, let slotID = Int(text.string), slotID >= 0 {
      return .close([.lookUpSlot(SlotLookup(slotID: slotID, query: browser.list.query))])
    }
    guard let command = selected?.entry.binding.command else {
      browser.notice = Notice(
        text: "no command is called '\(text.string)'; \(browser.key(.close, in: scope)) closes",
        isError: false)
      return .stay()
    }
    if let reason = browser.whyDisabled(command, in: home) {
      browser.notice = Notice(text: "\(command.name): \(reason)", isError: false)
      return .stay()
    }
    return .close(browser.perform(command))
  }

  package mutating func type(_ key: Key, on browser: inout BrowserState) -> DialogReply? {
    guard browser.bindings.binding(for: key, in: scope) == nil else { return nil }
    let before = text.text
    guard text.edit(key) else { return nil }
    if text.text != before {
      if text.text.count <= Self.longest {
        for place in entries.indices {
          entries[place].reason = browser.whyDisabled(entries[place].binding.command, in: home)
        }
      }
      search()
    }
    return .stay()
  }

  package mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState)
    -> DialogReply
  {
    let rows = listRect(inside)
    switch event.kind {
    case .wheelUp: move(by: -3)
    case .wheelDown: move(by: 3)
    case .click, .doubleClick:
      guard rows.contains(x: event.x, y: event.y) else { return .stay() }
      let row = firstRow(visible: rows.height) + event.y - rows.y
      guard row < found.count else { return .stay() }
      selection = row
      if event.kind == .doubleClick { return carryOut(on: &browser) }
    case .drag, .release: break
    }
    return settled(on: browser)
  }

  /// Keeps what was scrolled to, so that rows do not jump under a moving selection.
  private mutating func settled(on browser: BrowserState) -> DialogReply {
    let first = firstRow(visible: Self.visibleRows(browser.dialogInside(self).height))
    top.moveToTop()
    top.move(by: first)
    return .stay()
  }

  func listRect(_ inside: Rect) -> Rect {
    inside.splitBottom(Self.visibleRows(inside.height)).bottom
  }
}

extension BrowserState {
  mutating func showCommands() {
    let home = screens.last?.scope ?? .panes
    show(CommandPalette(home: home, bindings: bindings) { whyDisabled($0, in: home) })
  }
}
