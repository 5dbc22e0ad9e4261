extension BindingTable {
  /// Keys of lists that lie over the screen.
  static let lists: [Binding] =
    moving(in: .list) + [
      Binding(
        .list, .answering, [.character("y")], .copyChecksum, label: "copy", rank: 30, "copy the entry"),
      Binding(
        .list, .answering, [.escape, .enter, .character("q"), .character("E"), .ctrl("c")], .close,
        label: "close", rank: 10, "close"),
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
