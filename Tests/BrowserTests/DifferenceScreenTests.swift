import Canvas
import Inspection
import Statistics
import Tensors
import Testing

@testable import Browser

@Suite("Two slots compared, as text")
struct DifferenceScreenTests {
  private static let names = [
    "wte.weight", "h.0.ln_1.weight", "h.0.attn.c_attn.weight", "h.0.attn.c_proj.weight", "h.0.attn.bias",
    "head.weight", "ln_f.weight",
  ]

  /// Changed, unknown until read, changed, of another dtype and shape, gone, new, and known to be the same.
  private func difference() throws -> Difference {
    let old = try TensorInfo(name: Self.names[3], dtype: .float32, shape: [768, 768])
    let new = try TensorInfo(name: Self.names[3], dtype: .float16, shape: [768, 512])
    func tensor(_ index: Int, _ status: TensorDifference.Status, _ a: TensorInfo?, _ b: TensorInfo?)
      -> TensorDifference
    {
      TensorDifference(name: Self.names[index], indexInA: index, indexInB: index, a: a, b: b, status: status)
    }
    return Difference(
      a: DifferenceSide(
        slotID: 7, revision: 3, name: "gpt2", modelType: "LLM", checksum: "1f0c7be2000000000000000000a9d4aa",
        sizeBytes: 497_759_232),
      b: DifferenceSide(
        slotID: 7, revision: 4, name: "gpt2", modelType: "LLM", checksum: "88e1540b00000000000000000003cc03",
        sizeBytes: 497_759_232),
      configChanges: ConfigChange.changes(
        from: ["temperature": .number(0.7)], to: ["temperature": .number(0.9)]),
      metadataChanges: [],
      tensors: [
        try changedTensor(Self.names[0], maxAbs: 0.1), tensor(1, .unknown, old, old),
        try changedTensor(Self.names[2], maxAbs: 0.152, index: 2), tensor(3, .changed, old, new),
        tensor(4, .onlyInA, old, nil), tensor(5, .onlyInB, nil, new), tensor(6, .same, old, old),
      ])
  }

  /// The difference of slot 7 and its previous revision, as far as it is known at once.
  private func opened(width: Int, height: Int) throws -> (FakeShell, DifferenceRequest) {
    var shell = FakeShell(width: width, height: height)
    shell.press(.character("="))
    guard case .findPrevious(slotID: 7)? = shell.takeEffects().last else { throw Unexpected() }
    shell.send(.previous(slotID: 7, .success(RevisionReference(slotID: 7, revision: 3))))
    guard case .loadDifference(let request)? = shell.takeEffects().last else { throw Unexpected() }
    #expect(request.a == RevisionReference(slotID: 7, revision: 3))
    #expect(request.b == RevisionReference(slotID: 7))
    shell.send(.difference(request, .known(try difference())))
    return (shell, request)
  }

  private func finish(_ shell: inout FakeShell, _ request: DifferenceRequest) throws {
    let read = NumberedDifference(
      tensor: 1, difference: try changedTensor(Self.names[1], maxAbs: 0.02, index: 1))
    shell.send(.difference(request, .read([read], fraction: 0.37)))
    shell.send(.difference(request, .ended(problem: nil)))
    showDistributions(&shell)
  }

  private func showDistributions(_ shell: inout FakeShell) {
    guard case .loadDistributions(let wanted)? = shell.takeEffects().last else { return }
    shell.send(.distributions(wanted, .success(TensorDistributions(a: bell(), b: bell(shift: 0.1)))))
  }

  private struct Unexpected: Error {}

  private func screen(_ shell: FakeShell) -> DifferenceScreen? {
    shell.state.screens.last as? DifferenceScreen
  }

  /// The names that are listed, in order.
  private func listed(_ shell: FakeShell) -> [String] {
    guard let list = screen(shell)?.list else { return [] }
    return list.rows.map { list.tensors[$0].name }
  }

  @Test("table, config and the histograms over each other at 120×30")
  func wide() throws {
    var (shell, request) = try opened(width: 120, height: 30)
    try finish(&shell, request)
    #expect(
      shell.picture == """
         slotscope  ~/models › 7@3 → 7@4 gpt2                                7 tensors · 4 changed · +1 -1 · largest step 0.152
         / filter    sort: file order    only what differs
        ╭─ Tensors ──────────────────────────────────────────────────── 1 of 6 ╮╭─ A and B ────────────────────────────────────╮
        │    NAME                                MAX ABS     REL L2     COSINE ││ A  7@3  gpt2  497.8 MB                       │
        │▌   wte.weight                              0.1          1   0.990000 ││    1f0c7be2000000000000000000a9d4aa          │
        │    h.0.ln_1.weight                        0.02        0.2   0.999600 ││ B  7@4  gpt2  497.8 MB                       │
        │    h.0.attn.c_attn.weight                0.152       1.52   0.976896 ││    88e1540b00000000000000000003cc03          │
        │  ~ h.0.attn.c_proj.weight                      other dtype and shape ││ config                                       │
        │  - h.0.attn.bias                                           only in A ││   temperature  0.7 → 0.9                     │
        │  + head.weight                                             only in B ││ metadata  the same                           │
        │                                                                      │╰──────────────────────────────────────────────╯
        │                                                                      │╭─ wte.weight ───────────── float32 [768, 768] ╮
        │                                                                      ││                    ▒▒▒▓▓▓▇▅▁                 │
        │                                                                      ││                  ▒▒▒▓▓▓▓▓▓▓█▅                │
        │                                                                      ││                 ▒▒▓▓▓▓▓▓▓▓▓▓██▂              │
        │                                                                      ││                ▒▒▓▓▓▓▓▓▓▓▓▓▓▓██▄             │
        │                                                                      ││              ▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓█▆            │
        │                                                                      ││             ▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓██▃          │
        │                                                                      ││           ▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓█▆▂        │
        │                                                                      ││         ▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓█▆▃      │
        │                                                                      ││ ▁▁▁▁▂▃▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▆▅▃▂ │
        │                                                                      ││ └──────────────────────────────────────────┘ │
        │                                                                      ││ -0.12                 0                 0.12 │
        │                                                                      ││ █ B   ▒ A   ▓ both   linear                  │
        │                                                                      ││ max abs 0.1  at [2, 5]  mean abs 0.0125      │
        │                                                                      ││ rel L2 1  cosine 0.990000                    │
        │                                                                      ││ differ 589,824 of 589,824                    │
        │                                                                      ││ mean 0.0012 → 0.1012  std 0.02               │
        ╰──────────────────────────────────────────────────────────────────────╯╰──────────────────────────────────────────────╯
         / filter  s sort  a all/changed  H histogram  L log  ⏎ open  Tab panes  : command  Esc back  ? help  q quit
        """)
  }

  @Test("at 80×24")
  func middle() throws {
    var (shell, request) = try opened(width: 80, height: 24)
    try finish(&shell, request)
    #expect(
      shell.picture == """
         slotscope  ~/models › 7@3 → 7@4 gpt2             7 tensors · 4 changed · +1 -1
         / filter    sort: file order    only what differs
        ╭─ Tensors ──────────────────────────── 1 of 6 ╮╭─ A and B ────────────────────╮
        │    NAME                   MAX ABS     REL L2 ││ A  7@3  gpt2  497.8 MB       ┃
        │▌   wte.weight                 0.1          1 ││    1f0c7be20000…000000a9d4aa ┃
        │    h.0.ln_1.weight           0.02        0.2 ││ B  7@4  gpt2  497.8 MB       ┃
        │    h.0.attn.…tn.weight      0.152       1.52 ││    88e1540b0000…00000003cc03 ┃
        │  ~ h.0.attn.…oj.weight          dtype, shape ││ config                       ┃
        │  - h.0.attn.bias                   only in A ││   temperature  0.7 → 0.9     │
        │  + head.weight                     only in B │╰──────────────────────────────╯
        │                                              │╭─ wte.weight ─────────────────╮
        │                                              ││            ▒▄▓▓▓▇▆▃          │
        │                                              ││         ▒▒▓▓▓▓▓▓▓▓▓▓▅▂       │
        │                                              ││ ▁▁▁▁▂▃▄▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▅▄▂▁▁ │
        │                                              ││ └──────────────────────────┘ │
        │                                              ││ -0.12         0         0.12 │
        │                                              ││ █ B   ▒ A   ▓ both   linear  │
        │                                              ││ max abs 0.1  at [2, 5]       │
        │                                              ││ mean abs 0.0125  rel L2 1    │
        │                                              ││ cosine 0.990000              │
        │                                              ││ differ 589,824 of 589,824    │
        │                                              ││ mean 0.0012 → 0.1012         │
        ╰──────────────────────────────────────────────╯╰──────────────────────────────╯
         / filter  s sort  a all/changed  H histogram  L log  Esc back  ? help  q quit
        """)
  }

  @Test("at 60×15 one pane at a time, at 40×10 too")
  func narrow() throws {
    var (shell, request) = try opened(width: 60, height: 15)
    try finish(&shell, request)
    #expect(
      shell.picture == """
         slotscope  ~/m…els › 7@3 → 7@4 gpt2  7 · 4 changed · +1 -1
         / filter    sort: file order    only what differs
        ── Tensors  A and B  Histogram ─────────────────────────────
            NAME                      MAX ABS     REL L2     COSINE
        ▌   wte.weight                    0.1          1   0.990000
            h.0.ln_1.weight              0.02        0.2   0.999600
            h.0.attn.c_attn.weight      0.152       1.52   0.976896
          ~ h.0.attn.c_proj.weight            other dtype and shape
          - h.0.attn.bias                                 only in A
          + head.weight                                   only in B




         / filter  s sort  a all/changed  Esc back  ? help  q quit
        """)
    shell.press(.tab)
    #expect(
      shell.picture == """
         slotscope  ~/m…els › 7@3 → 7@4 gpt2  7 · 4 changed · +1 -1
         / filter    sort: file order    only what differs
        ── Tensors  A and B  Histogram ─────────────────────────────
         A  7@3  gpt2  497.8 MB
            1f0c7be2000000000000000000a9d4aa
         B  7@4  gpt2  497.8 MB
            88e1540b00000000000000000003cc03
         config
           temperature  0.7 → 0.9
         metadata  the same




         / filter  s sort  a all/changed  Esc back  ? help  q quit
        """)
    shell.press(.tab)
    shell.resize(40, 10)
    #expect(
      shell.picture == """
         ~/m…ls › 7@3 → 7@4 gpt2  6 of 7 differ
         / filter    sort: file order
        ── Tensors A and B Histogram ─ wte…ht ──
                       ▂▃▅▓▓▓▓▓▓▇▆▄▃▁
         ▁▁▁▁▁▁▁▂▂▃▄▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▆▅▄▃▂▂▁▁▁
         └────────────────────────────────────┘
         -0.12              0              0.12
         █ B   ▒ A   ▓ both   linear
         max abs 0.1  at [2, 5]
         / filter  Esc back  ? help  q quit
        """)
  }

  @Test("while it compares it says how far it is, and lists what is known to differ")
  func progress() throws {
    var (shell, request) = try opened(width: 120, height: 30)
    #expect(listed(shell) == [0, 2, 3, 4, 5].map { Self.names[$0] })
    shell.send(.difference(request, .read([], fraction: 0.37)))
    #expect(shell.picture.contains("comparing 37 %"))
    shell.press(.character("a"))
    #expect(
      shell.picture.split(separator: "\n").contains {
        $0.contains("h.0.ln_1.weight") && $0.contains("comparing ")
      })
    shell.send(.difference(request, .ended(problem: "slot 7: its weight file is missing: revisions/x.npy")))
    #expect(shell.picture.contains("its weight file is missing"))
    #expect(!shell.picture.contains("comparing 37 %"))
  }

  @Test("sorted by the size of the change, all on request, and filtered")
  func finding() throws {
    var (shell, request) = try opened(width: 120, height: 30)
    try finish(&shell, request)
    #expect(listed(shell) == [0, 1, 2, 3, 4, 5].map { Self.names[$0] })
    shell.press(.character("s"))
    #expect(listed(shell) == [3, 4, 5, 2, 0, 1].map { Self.names[$0] })
    #expect(shell.picture.contains("sort: max abs ↓"))
    shell.press(.character("S"))
    #expect(listed(shell) == [1, 0, 2, 5, 4, 3].map { Self.names[$0] })
    shell.press(.character("s"), .character("s"), .character("a"))
    #expect(listed(shell) == Self.names)
    shell.press(.character("/"))
    shell.type("attn")
    #expect(listed(shell) == [2, 3, 4].map { Self.names[$0] })
    shell.press(.enter, .escape)
    #expect(listed(shell) == Self.names)
    #expect(screen(shell) != nil)
    shell.press(.escape)
    #expect(shell.state.screens.isEmpty)
    guard case .leaveDifference? = shell.takeEffects().last else {
      Issue.record("the comparison goes on though nobody looks at it")
      return
    }
  }

  @Test("the selection asks for its histograms, and an answer that comes too late is dropped")
  func selection() throws {
    var (shell, request) = try opened(width: 120, height: 30)
    guard case .loadDistributions(let first)? = shell.takeEffects().last else { throw Unexpected() }
    #expect(first.tensor == 0)
    shell.press(.character("j"))
    guard case .loadDistributions(let second)? = shell.takeEffects().last else { throw Unexpected() }
    #expect(second == DistributionsRequest(difference: request, tensor: 2))
    shell.send(.distributions(first, .success(TensorDistributions(a: bell(), b: nil))))
    #expect(screen(shell)?.distributions == nil)
    shell.send(.distributions(second, .failure("can't be read")))
    #expect(shell.picture.contains("can't be read"))
    // What comes in before the selected tensor moves its row, not the selection.
    let read = NumberedDifference(
      tensor: 1, difference: try changedTensor(Self.names[1], maxAbs: 1, index: 1))
    shell.send(.difference(request, .read([read], fraction: 1)))
    #expect(screen(shell)?.list?.selectedTensor == 2)
    #expect(screen(shell)?.list?.selection == 2)
  }

  @Test("Enter and H show the histograms at full size and back, L counts logarithmically")
  func fullSize() throws {
    var (shell, request) = try opened(width: 100, height: 24)
    try finish(&shell, request)
    shell.press(.enter)
    #expect(!shell.picture.contains("─ Tensors ─"))
    shell.press(.character("L"))
    #expect(shell.picture.contains("█ B   ▒ A   ▓ both   log"))
    shell.press(.character("H"))
    #expect(shell.picture.contains("─ Tensors ─"))
  }

  @Test("where nothing differs it says so, and a lists what is the same")
  func same() throws {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character(" "), .character("="))
    guard case .loadDifference(let request)? = shell.takeEffects().last else { throw Unexpected() }
    var difference = try difference()
    difference.tensors = [difference.tensors[6]]
    shell.send(.difference(request, .known(difference)))
    #expect(shell.picture.contains("No difference so far."))
    shell.send(.difference(request, .ended(problem: nil)))
    #expect(shell.picture.contains("All tensors are the same. a lists them."))
    shell.press(.enter)
    #expect(shell.state.notice?.text == "no tensor is selected")
    shell.resize(40, 10)
    #expect(shell.picture.contains("\n  All tensors are the same. a lists\n  them.\n"))
    shell.press(.backTab)
    #expect(shell.picture.contains("\n── Tensors A and B Histogram ───────────\n no tensor is selected\n"))
    shell.press(.enter)
    #expect(shell.state.notice?.text == "this pane has all of the screen")
    shell.press(.tab)
    shell.press(.character("a"))
    #expect(listed(shell) == [Self.names[6]])
  }

  @Test("a hostile name is never sent to the terminal")
  func hostile() throws {
    var (shell, request) = try opened(width: 80, height: 24)
    let name = "\u{1b}[31mred\n" + String(repeating: "x", count: 500)
    let read = NumberedDifference(tensor: 0, difference: try changedTensor(name, maxAbs: 0.1))
    shell.send(.difference(request, .read([read], fraction: 1)))
    for (row, line) in shell.picture.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      #expect(line.count <= 80, "row \(row)")
      #expect(!line.contains("\u{1b}"))
    }
    #expect(screen(shell)?.list?.tensors[0].name == name)
  }

  // MARK: Marks

  @Test("= compares two marked slots, and of more it says what it needs")
  func marks() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character(" "), .character("j"), .character(" "), .character("="))
    #expect(screen(shell)?.request.a == RevisionReference(slotID: 7))
    #expect(screen(shell)?.request.b == RevisionReference(slotID: 9))
    shell.press(.escape)
    #expect(shell.state.marks.slots == [7, 9])
    shell.press(.character(" "), .character("="))
    #expect(
      shell.state.notice?.text == "two slots can be compared, and 3 are marked; Esc takes the marks away")
    #expect(shell.state.screens.isEmpty)
  }

  @Test("one marked slot is compared with the selected one, and can't be with itself")
  func oneMark() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character(" "), .character("k"), .character("="))
    #expect(shell.state.notice?.text == "slot 7 is the marked one; select the slot to compare it with")
    shell.press(.character("G"), .character("="))
    #expect(screen(shell)?.request.a == RevisionReference(slotID: 7))
    #expect(screen(shell)?.request.b == RevisionReference(slotID: 31))
  }

  @Test("without marks a slot is compared with its previous revision, or it is said that there is none")
  func previous() {
    var slots = sampleSlots
    slots[0] = slot(7, revision: 1)
    var shell = FakeShell(slots, width: 120, height: 24)
    shell.press(.character("="))
    #expect(
      shell.state.notice?.text
        == "slot 7 has no earlier revision; Space marks it, to compare it with another")
    shell.press(.character("j"), .character("="))
    shell.send(.previous(slotID: 8, .failure("slot 8: no earlier revision is kept")))
    #expect(shell.state.notice?.text == "slot 8: no earlier revision is kept")
    #expect(shell.state.screens.isEmpty)
    // An answer that the selection has moved past opens nothing.
    shell.press(.character("j"))
    shell.send(.previous(slotID: 8, .success(RevisionReference(slotID: 8, revision: 1))))
    #expect(shell.state.screens.isEmpty)
  }

  @Test("= in a verdict compares what was replaced with what was made")
  func verdict() throws {
    var shell = FakeShell(width: 100, height: 30)
    let new = slot(7, "LLM", "gpt2", revision: 4, checksum: "88e1540b000000000000000000000003")
    let build = finishedRebuild(3, before: try details(sampleSlots[0]), after: try details(new))
    shell.send(.builds([build], noon))
    #expect(shell.picture.contains("= compare tensors"))
    shell.press(.character("="))
    #expect(shell.state.dialogs.isEmpty)
    #expect(screen(shell)?.request.a == RevisionReference(slotID: 7, revision: 3))
    #expect(screen(shell)?.request.b == RevisionReference(slotID: 7, revision: 4))
  }
}
