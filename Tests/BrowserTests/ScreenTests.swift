import Canvas
import Testing

@testable import Browser

@Suite("Screens, as text")
struct ScreenTests {
  @Test("at 140×40 list, panes and a running build stand side by side")
  func wide() {
    var shell = FakeShell(width: 140, height: 40)
    shell.send(.builds([runningBuild()], noon))
    #expect(
      shell.picture == """
         slotscope  ~/models                                                                                 7 slots · 3.4 GB · 1 build · 1 damaged
         All 7   LLM 4   CNN 3                                                                                        / filter      sort: updated ↓
        ╭─ Slots ───────────────────────────────────────────────────────────── 1 of 7 ╮╭─ 7  gpt2 ───────────────────────────────────── revision 3 ╮
        │  SLOT  TYPE  NAME                                 PARAMS      SIZE  ↓AGE    ││ type           LLM                                        │
        │▌    7  LLM   gpt2                                 124.4M  497.8 MB   2 m  ✓ ││ built by       preset reference, seed 7, float64          │
        │     8  CNN   resnet50                              25.6M  102.2 MB   5 m  ✓ ││ tensors        1                                          │
        │     9  LLM   MiniLM-L6-v2                          22.7M   90.9 MB  11 m  · ││ weights        124,439,808 float64 · 497.8 MB             │
        │    21  LLM   reference                             1,150    9.2 KB   1 h  ✓ ││ checksum       000000…84540f  ✓ verified 2 m ago          │
        │    22  CNN   reference                             5,188   41.5 KB   1 h  ✗ ││ updated        2026-11-23 11:58:00 (created 3 d ago)      │
        │    30  LLM   tinyllama-1.1b                        1.10B    2.2 GB   3 d  ✓ │├─ Config ──────────────────────────────────────────────────┤
        │    31  CNN   vgg16                                138.4M  553.4 MB   3 d  ? ││ learning_rate  0.001                                      │
        │                                                                             ││ max_tokens     2048                                       │
        │                                                                             ││ temperature    0.7                                        │
        │                                                                             ││ top_p          0.9                                        │
        │                                                                             │├─ Weights ──────────────────────── linear · exact · 99.8 % ┤
        │                                                                             ││                          ▂▅▇█▇▅▂                          │
        │                                                                             ││                         ▅███████▅                         │
        │                                                                             ││                       ▁▇██████████▁                       │
        │                                                                             ││                      ▁█████████████▂                      │
        │                                                                             ││                     ▂███████████████▂                     │
        │                                                                             ││                    ▂█████████████████▂                    │
        │                                                                             ││                   ▁███████████████████▂                   │
        │                                                                             ││                  ▁█████████████████████▂                  │
        │                                                                             ││                 ▁███████████████████████▂                 │
        │                                                                             ││                ▂█████████████████████████▂                │
        │                                                                             ││               ▃███████████████████████████▃               │
        │                                                                             ││              ▅█████████████████████████████▅              │
        │                                                                             ││            ▂▇███████████████████████████████▇▂            │
        │                                                                             ││          ▁▅███████████████████████████████████▅▁          │
        │                                                                             ││       ▁▃▆███████████████████████████████████████▆▃▁       │
        │                                                                             ││ ▂▂▃▄▅▇█████████████████████████████████████████████▇▅▄▃▂▂ │
        │                                                                             ││ ‹ 120 ───────────────────────────────────────────── 131 › │
        │                                                                             ││ -0.12                       0                        0.12 │
        │                                                                             ││ mean 0.0012  std 0.02  NaN 0  ±Inf 0  zeros 102,144       │
        │                                                                             ││ min -0.15  max 0.152                                      │
        ╰─────────────────────────────────────────────────────────────────────────────╯╰───────────────────────────────────────────────────────────╯
        ╭─ Jobs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── 1 running ╮
        │ slot 12  CNN  resnet50              ███████████████████████████████████████████████▌░░░░░░░░░░░░░░░░░░░░░░  67 %  278.1 MB/s         1 s │
        ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
         r rebuild  b build  v verify  = compare  ⏎ tensors  t type  / filter  s sort  c cancel  : command  i import  D delete  ? help  q quit
        """)
  }

  @Test("on a very wide screen numbers stay near names, checksums are whole, and the rest is the panes'")
  func veryWide() throws {
    let lines = FakeShell(width: 300, height: 100).picture.split(separator: "\n")
    #expect(lines.count == 100)
    #expect(
      lines[3].prefix(133)
        == "│  SLOT  TYPE  NAME                                      DTYPE      PARAMS      SIZE  CHECKSUM                          ↓AGE       ││"
    )
    #expect(lines[4].contains("0000000000000000000000005384540f"))
  }

  @Test("at 80×24 the panes are narrower and builds fold to a line")
  func standard() {
    var shell = FakeShell(width: 80, height: 24)
    shell.send(.builds([runningBuild()], noon))
    #expect(
      shell.picture == """
         slotscope  ~/models                     7 slots · 3.4 GB · 1 build · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        │    21  LLM   reference        9.2 KB  ✓││ checksum 000000…84540f  ✓ verified │
        │    22  CNN   reference       41.5 KB  ✗││ updated  2026-11-23 11:58:00       │
        │    30  LLM   tinyll…a-1.1b    2.2 GB  ✓│├─ Config ───────────────────────────┤
        │    31  CNN   vgg16          553.4 MB  ?││ learning_rate  0.001               │
        │                                        ││ max_tokens     2048                │
        │                                        ││ temperature    0.7                 │
        │                                        ││ top_p          0.9                 │
        │                                        │├─ Weights ─ linear · exact · 99.8 % ┤
        │                                        ││             ▂▄▆▇██▇▆▄▂             │
        │                                        ││          ▂▄▇██████████▇▅▂          │
        │                                        ││ ▁▁▁▁▂▃▄▆██████████████████▆▄▃▂▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯
        ── ▶ 12 resnet50  █████████████▌░░░░░░  67 %  1 s ──────────────────────────────
         r rebuild  b build  v verify  ⏎ tensors  / filter  c cancel  ? help  q quit
        """)
  }

  @Test("at 60×15 there is one pane at a time")
  func narrow() {
    var shell = FakeShell(width: 60, height: 15)
    shell.send(.builds([runningBuild()], noon))
    #expect(
      shell.picture == """
         slotscope  ~/models                       7 · 3.4 GB · ✗ 1
         All 7  LLM 4  CNN 3                              updated ↓
        ── Slots  Info  Config  Weights  Jobs ──────────────────────
        ▌    7  LLM   gpt2                124.4M  497.8 MB   2 m  ✓
             8  CNN   resnet50             25.6M  102.2 MB   5 m  ✓
             9  LLM   MiniLM-L6-v2         22.7M   90.9 MB  11 m  ·
            21  LLM   reference            1,150    9.2 KB   1 h  ✓
            22  CNN   reference            5,188   41.5 KB   1 h  ✗
            30  LLM   tinyllama-1.1b       1.10B    2.2 GB   3 d  ✓
            31  CNN   vgg16               138.4M  553.4 MB   3 d  ?



        ── ▶ 12 resnet50  █████████████▌░░░░░░  67 %  1 s ──────────
         Tab panes  r rebuild  b build  v verify  ? help  q quit
        """)
  }

  @Test("at 40×10 the rarer columns go")
  func smallest() {
    var shell = FakeShell(width: 40, height: 10)
    shell.send(.builds([runningBuild()], noon))
    #expect(
      shell.picture == """
         slotscope  ~/models   7 · 3.4 GB · ✗ 1
         All 7  LLM 4  CNN 3          updated ↓
        ── Slots Info Config Weights Jobs ──────
        ▌    7  LLM   gpt2           497.8 MB  ✓
             8  CNN   resnet50       102.2 MB  ✓
             9  LLM   MiniLM-L6-v2    90.9 MB  ·
            21  LLM   reference        9.2 KB  ✓
            22  CNN   reference       41.5 KB  ✗
        ── ▶ 12 resnet50  █████▍░░  67 %  1 s ──
         Tab panes  r rebuild  ? help  q quit
        """)
  }

  @Test("in ASCII nothing needs more")
  func ascii() {
    let shell = FakeShell(width: 80, height: 24, glyphs: .ascii)
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots - 3.4 GB - 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated v
        +- Slots ------------------------ 1 of 7 ++- 7  gpt2 -------------- revision 3 +
        |  SLOT  TYPE  NAME               SIZE   || type     LLM                       |
        |>    7  LLM   gpt2           497.8 MB  v|| built by reference, seed 7         |
        |     8  CNN   resnet50       102.2 MB  v|| tensors  1                         |
        |     9  LLM   MiniLM-L6-v2    90.9 MB  .|| weights  124.4M float64 - 497.8 MB |
        |    21  LLM   reference        9.2 KB  v|| checksum 000000~84540f  v verified |
        |    22  CNN   reference       41.5 KB  x|| updated  2026-11-23 11:58:00       |
        |    30  LLM   tinyll~a-1.1b    2.2 GB  v|+- Config ---------------------------+
        |    31  CNN   vgg16          553.4 MB  ?|| learning_rate  0.001               |
        |                                        || max_tokens     2048                |
        |                                        || temperature    0.7                 |
        |                                        || top_p          0.9                 |
        |                                        |+- Weights - linear - exact - 99.8 % +
        |                                        ||             .:######:.             |
        |                                        ||          .:############:.          |
        |                                        || ......:####################:...... |
        |                                        || < 120 ---------------------- 131 > |
        |                                        || -0.12            0            0.12 |
        |                                        || mean 0.0012  std 0.02  NaN 0       |
        |                                        || +-Inf 0  zeros 102,144  min -0.15  |
        +----------------------------------------++------------------------------------+
         r rebuild  b build  v verify  Enter tensors  / filter  ? help  q quit
        """)
  }

  @Test("Enter in the info pane shows it at full size")
  func info() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.tab, .enter)
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ 7  gpt2 ──────────────────────────────────────────────────────── revision 3 ╮
        │ type           LLM                                                           │
        │ built by       preset reference, seed 7, float64                             │
        │ tensors        1                                                             │
        │ weights        124,439,808 float64 · 497.8 MB                                │
        │ checksum       0000000000000000000000005384540f  ✓ verified 2 m ago          │
        │ updated        2026-11-23 11:58:00 (created 3 d ago)                         │
        │ file           /models/slots/00000007.npy                                    │
        │ shape          124439808 float64                                             │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        ╰──────────────────────────────────────────────────────────────────────────────╯
         r rebuild  b build  v verify  = compare  ⏎ open  / filter  ? help  q quit
        """)
  }

  @Test("an empty store says what to do")
  func empty() {
    let shell = FakeShell([], width: 80, height: 24)
    #expect(
      shell.picture == """
         slotscope  ~/models                                              0 slots · 0 B
         All 0                                                          sort: updated ↓
        ╭─ Slots ────────────────────────────────╮╭─ Info ─────────────────────────────╮
        │  SLOT  TYPE  NAME               SIZE   ││                                    │
        │                                        ││                                    │
        │  The store is empty.                   ││                                    │
        │  b builds a slot.                      ││                                    │
        │  i imports a model file.               ││                                    │
        │                                        ││                                    │
        │                                        │├─ Config ───────────────────────────┤
        │                                        ││                                    │
        │                                        ││                                    │
        │                                        ││                                    │
        │                                        ││                                    │
        │                                        │├─ Weights ──────────────────────────┤
        │                                        ││                                    │
        │                                        ││                                    │
        │                                        ││                                    │
        │                                        ││                                    │
        │                                        ││                                    │
        │                                        ││                                    │
        │                                        ││                                    │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯
         b build  / filter  s sort  : command  i import  Tab panes  ? help  q quit
        """)
  }
}
