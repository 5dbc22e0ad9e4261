extension BindingTable {
  /// What the commands do to slots or to the store, and is too rare or too much for a key.
  static let store: [Binding] = [
    Binding(.panes, .doing, [], .verifyAll, "verify all slots"),
    Binding(.panes, .doing, [], .verifyQuick, "verify the marked slots, else all, by fast digests"),
    Binding(.panes, .doing, [], .purge, "drop the slot with all that is kept of it; asks"),
    Binding(.panes, .doing, [], .gc, "drop all earlier revisions, and files that nothing names; asks"),
    Binding(.panes, .doing, [], .clear, "delete every slot; asks"),
    Binding(.panes, .doing, [], .check, "compare the index with the files"),
    Binding(.panes, .doing, [], .repair, "put right what a check finds; asks"),
    Binding(.panes, .doing, [], .info, "totals of the store"),
  ]

  /// Keys of lists that lie over the screen.
  static let lists: [Binding] =
    moving(in: .list) + [
      Binding(
        .list, .answering, [.character("y")], .copyChecksum, label: "copy", rank: 30, "copy the entry"),
      Binding(
        .list, .answering, [.escape, .enter, .character("q"), .character("E"), .ctrl("c")], .close,
        label: "close", rank: 10, "close"),
    ]
    + moving(in: .history) + [
      Binding(
        .history, .answering, [.enter], .accept, label: "bring back", rank: 10, "bring the revision back"),
      Binding(
        .history, .answering, [.escape, .character("q"), .character("U"), .ctrl("c")], .close,
        label: "close", rank: 20, "close"),
      Binding(
        .history, .answering, [.character("=")], .compare, label: "compare", rank: 30,
        "compare the revision with what the slot holds"),
      Binding(
        .history, .answering, [.character("y")], .copyChecksum, label: "copy checksum", rank: 50,
        "copy the checksum"),
      Binding(.confirmation, .form, [.enter], .accept, label: "go on", rank: 10, "do it"),
      Binding(
        .confirmation, .form, [.escape, .ctrl("c")], .close, label: "cancel", rank: 20, "change nothing"),
      Binding(.confirmation, .form, [.ctrl("u")], .eraseField, "erase what was typed"),
    ]

  private static func moving(in scope: Scope) -> [Binding] {
    [
      Binding(
        scope, .answering, [.down, .character("j"), .ctrl("n")], .down, label: "down", rank: 40,
        "one entry down"),
      Binding(scope, .answering, [.up, .character("k"), .ctrl("p")], .up, "one entry up"),
      Binding(scope, .answering, [.pageDown, .ctrl("f")], .pageDown, "a page down"),
      Binding(scope, .answering, [.pageUp, .ctrl("b")], .pageUp, "a page up"),
      Binding(scope, .answering, [.character("g"), .home], .first, "to the first entry"),
      Binding(scope, .answering, [.character("G"), .end], .last, "to the last entry"),
    ]
  }
}
