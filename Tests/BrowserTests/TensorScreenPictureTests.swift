import Canvas
import ModelContext
import Tensors
import Testing

@testable import Browser

@Suite("The tensor screen, as text")
struct TensorScreenPictureTests {
  @Test("at 140×40")
  func wide() throws {
    var shell = try atTensors()
    shell.press(.down, .down, .down, .right, .down, .down, .down, .down)
    #expect(
      shell.picture == """
         slotscope  ~/models › 7 gpt2                                                          148 tensors · 124.4M · 497.8 MB · ✓ verified 2 m ago
         / filter      sort: file order                                                                                                 float32 148
        ╭─ Tensors ────────────────────────────────────────────────────────────────────────╮╭─ h.0.attn.c_attn.weight ──────── float32 [768, 2304] ╮
        │  NAME                               DTYPE    SHAPE              STD  DISTRIBUTION││                       ▂▅▇██▇▅▃                       │
        │  wte.weight                         float32  50257 × 768       0.02  ▁▂▅█▆▂▁     ││                     ▃▇████████▇▃                     │
        │  wpe.weight                         float32  1024 × 768        0.02  ▁▂▅█▆▂▁     ││                   ▁▆████████████▇▂                   │
        │  ▾ h                                12 blocks  85.1M                             ││                  ▄████████████████▅                  │
        │    ▾ 0                              12 tensors  7.1M                             ││                ▃▇███████████████████▃                │
        │      ln_1.weight                    float32  768               0.02  ▁▂▅█▆▂▁     ││              ▁▆██████████████████████▆▂              │
        │      ln_1.bias                      float32  768                  0     █    =0  ││            ▂▅██████████████████████████▆▂            │
        │      ▾ attn                         4 tensors  2.4M                              ││         ▁▄▇██████████████████████████████▇▄▁         │
        │▌       c_attn.weight                float32  768 × 2304        0.02  ▁▂▅█▆▂▁     ││ ▁▁▂▂▃▄▆▇████████████████████████████████████▇▆▄▃▃▂▁▁ │
        │        c_attn.bias                  float32  2304                 0     █    =0  ││ ‹ 120 ──────────────────────────────────────── 131 › │
        │        c_proj.weight                float32  768 × 768         0.02  ▁▂▅█▆▂▁     ││ -0.12                     0                     0.12 │
        │        c_proj.bias                  float32  768                  0     █    =0  ││ mean 0.0012  std 0.02  median 0.0009                 │
        │      ln_2.weight                    float32  768               0.02  ▁▂▅█▆▂▁     ││ NaN 0  ±Inf 0  zeros 102,144                         │
        │      ln_2.bias                      float32  768                  0     █    =0  ││ 1 % -0.0465  99 % 0.0465  min -0.15  max 0.152       │
        │      ▾ mlp                          4 tensors  4.7M                              ││ md5 not known                                        │
        │        c_fc.weight                  float32  768 × 3072        0.02  ▁▂▅█▆▂▁     │╰──────────────────────────── linear · exact · 99.8 % ─╯
        │        c_fc.bias                    float32  3072                 0     █    =0  │╭─ Map ──────────────── 768 × 2304, one cell = 48 × 45 ╮
        │        c_proj.weight                float32  3072 × 768        0.02  ▁▂▅█▆▂▁     ││ █▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ │
        │        c_proj.bias                  float32  768                  0     █    =0  ││  ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓ │
        │    ▸ 1                              12 tensors  7.1M                             ││ ██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓ │
        │    ▸ 2                              12 tensors  7.1M                             ││ ░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░ │
        │    ▸ 3                              12 tensors  7.1M                             ││ ▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██ │
        │    ▸ 4                              12 tensors  7.1M                             ││ ▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░  │
        │    ▸ 5                              12 tensors  7.1M                             ││ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓█ │
        │    ▸ 6                              12 tensors  7.1M                             ││ █▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ │
        │    ▸ 7                              12 tensors  7.1M                             ││  ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓ │
        │    ▸ 8                              12 tensors  7.1M                             ││ ██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓ │
        │    ▸ 9                              12 tensors  7.1M                             ││ ░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░ │
        │    ▸ 10                             12 tensors  7.1M                             ││ ▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██ │
        │    ▸ 11                             12 tensors  7.1M                             ││ ▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░  │
        │  ln_f.weight                        float32  768               0.02  ▁▂▅█▆▂▁     ││ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓█ │
        │  ln_f.bias                          float32  768                  0     █    =0  ││ █▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ │
        │                                                                                  ││  ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓██▓░ ░▓ │
        │                                                                                  ││ -3 █▓▒░░ ░░▒▓█ 3                              |mean| │
        │                                                                                  ││                                                      │
        ╰──────────────────────────────────────────────────────────────────────────────────╯╰──────────────────────────────────────────────────────╯
         ⏎ fold/open  / filter  H histogram  M map  V values  L log  [ zoom in  e export  Tab panes  s sort  : command  Esc back  ? help  q quit
        """)
  }

  @Test("at 80×24")
  func standard() throws {
    var shell = try atTensors(width: 80, height: 24)
    shell.press(.down, .down, .down, .right, .down)
    #expect(
      shell.picture == """
         slotscope  ~/models › 7 gpt2      148 tensors · 124.4M · 497.8 MB · ✓ verified
         / filter      sort: file order                                     float32 148
        ╭─ Tensors ────────────────────────────────────╮╭─ h.0.ln_1.weight ────────────╮
        │  NAME               SHAPE        DISTRIBUTION││             ▄██▄             │
        │  wte.weight         50257 × 768  ▁▂▅█▆▂▁     ┃│            ▅████▅            │
        │  wpe.weight         1024 × 768   ▁▂▅█▆▂▁     ┃│           ▃██████▃           │
        │  ▾ h                12 blocks      85.1M     ┃│           ████████           │
        │    ▾ 0              12 tensors      7.1M     ┃│          ██████████          │
        │▌     ln_1.weight    768          ▁▂▅█▆▂▁     ┃│         ▄██████████▄         │
        │      ln_1.bias      768             █    =0  ┃│        ▂████████████▂        │
        │      ▾ attn         4 tensors       2.4M     ┃│        ██████████████▁       │
        │        c_att…eight  768 × 2304   ▁▂▅█▆▂▁     ┃│      ▁████████████████▁      │
        │        c_attn.bias  2304            █    =0  ┃│     ▃██████████████████▃     │
        │        c_pro…eight  768 × 768    ▁▂▅█▆▂▁     ┃│ ▁▂▄▇████████████████████▇▄▃▁ │
        │        c_proj.bias  768             █    =0  ││ ‹ 120 ──────────────── 131 › │
        │      ln_2.weight    768          ▁▂▅█▆▂▁     ││ -0.12         0         0.12 │
        │      ln_2.bias      768             █    =0  ││ mean 0.0012  std 0.02        │
        │      ▾ mlp          4 tensors       4.7M     ││ median 0.0009                │
        │        c_fc.weight  768 × 3072   ▁▂▅█▆▂▁     ││ NaN 0  ±Inf 0  zeros 102,144 │
        │        c_fc.bias    3072            █    =0  ││ 1 % -0.0465  99 % 0.0465     │
        │        c_pro…eight  3072 × 768   ▁▂▅█▆▂▁     ││ min -0.15  max 0.152         │
        │        c_proj.bias  768             █    =0  ││ md5 not known                │
        ╰──────────────────────────────────────────────╯╰──── linear · exact · 99.8 % ─╯
         ⏎ fold/open  / filter  H histogram  M map  V values  Esc back  ? help  q quit
        """)
  }

  @Test("at 60×15 the list is alone, and Tab goes to the pages")
  func narrow() throws {
    var shell = try atTensors(width: 60, height: 15)
    #expect(
      shell.picture == """
         slotscope  ~/models › 7 gpt2             148 · 497.8 MB  ✓
         / filter      sort: file order                 float32 148
        ── Tensors  Histogram  Map  Values ─────────────────────────
        ▌ wte.weight            50257 × 768       0.02  ▁▂▅█▆▂▁    ┃
          wpe.weight            1024 × 768        0.02  ▁▂▅█▆▂▁    ┃
          ▾ h                   12 blocks        85.1M             ┃
            ▸ 0                 12 tensors        7.1M             ┃
            ▸ 1                 12 tensors        7.1M             ┃
            ▸ 2                 12 tensors        7.1M             ┃
            ▸ 3                 12 tensors        7.1M             ┃
            ▸ 4                 12 tensors        7.1M
            ▸ 5                 12 tensors        7.1M
            ▸ 6                 12 tensors        7.1M
            ▸ 7                 12 tensors        7.1M
         ⏎ fold/open  / filter  Esc back  ? help  q quit
        """)
    shell.press(.tab)
    #expect(
      shell.picture == """
         slotscope  ~/models › 7 gpt2             148 · 497.8 MB  ✓
         / filter      sort: file order                 float32 148
        ── Tensors  Histogram  Map  Values ─────────── wte.weight ──
                                            linear · exact · 99.8 %
                               ▂▃▅▆▇████▇▆▅▃▂
                           ▂▄▆████████████████▆▄▂
                      ▁▂▄▆████████████████████████▆▄▂▁
         ▁▁▁▁▁▂▂▃▃▄▅▆▇█████████████████████████████████▆▅▄▃▃▂▂▁▁▁▁▁
         ‹ 120 ────────────────────────────────────────────── 131 ›
         -0.12                        0                        0.12
         mean 0.0012  std 0.02  median 0.0009
         NaN 0  ±Inf 0  zeros 102,144
         1 % -0.0465  99 % 0.0465  min -0.15  max 0.152
         md5 not known
         / filter  H histogram  M map  Esc back  ? help  q quit
        """)
  }

  @Test("at 40×10 names, shapes and marks are left")
  func smallest() throws {
    let shell = try atTensors(width: 40, height: 10)
    #expect(
      shell.picture == """
         ~/models › 7 gpt2    148 · 497.8 MB  ✓
         / filter      sort: file order
        ── Tensors Histogram Map Values ────────
        ▌ wte.weight            50257 × 768    ┃
          wpe.weight            1024 × 768     ┃
          ▾ h                   12 blocks
            ▸ 0                 12 tensors
            ▸ 1                 12 tensors
            ▸ 2                 12 tensors
         ⏎ fold/open  Esc back  ? help  q quit
        """)
  }

  @Test("in ASCII nothing needs more")
  func ascii() throws {
    var shell = try atTensors(width: 90, height: 20, glyphs: .ascii)
    shell.profiles[1] = bellProfile(nan: 3)
    shell.press(.escape, .enter, .down)
    #expect(
      shell.picture == """
         slotscope  ~/models > 7 gpt2                148 tensors - 124.4M - 497.8 MB - v verified
         / filter      sort: file order                              NaN or Inf in 1  float32 148
        +- Tensors ------------------------------------------++- wpe.weight ---------------------+
        |  NAME                   SHAPE              STD     ||              .####.              |
        |  wte.weight             50257 x 768       0.02     #|             :######:             |
        |> wpe.weight             1024 x 768        0.02 NaN #|           .##########.           |
        |  - h                    12 blocks        85.1M     #|          .############.          |
        |    + 0                  12 tensors        7.1M     #|         :##############:         |
        |    + 1                  12 tensors        7.1M     #|       :##################:       |
        |    + 2                  12 tensors        7.1M     #| ...:########################:... |
        |    + 3                  12 tensors        7.1M     #| < 120 -------------------- 131 > |
        |    + 4                  12 tensors        7.1M     #| -0.12           0           0.12 |
        |    + 5                  12 tensors        7.1M     #| mean 0.0012  std 0.02            |
        |    + 6                  12 tensors        7.1M     #| median 0.0009                    |
        |    + 7                  12 tensors        7.1M     #| NaN 0  +-Inf 0  zeros 102,144    |
        |    + 8                  12 tensors        7.1M     || 1 % -0.0465  99 % 0.0465         |
        |    + 9                  12 tensors        7.1M     || min -0.15  max 0.152             |
        |    + 10                 12 tensors        7.1M     || md5 not known                    |
        +----------------------------------------------------++-------- linear - exact - 99.8 % -+
         Enter fold/open  / filter  H histogram  M map  V values  L log  Esc back  ? help  q quit
        """)
    #expect(shell.picture.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("before any statistics the list is there")
  func beforeStatistics() throws {
    let shell = try atTensors(width: 100, height: 18, holds: true)
    #expect(
      shell.picture == """
         slotscope  ~/models › 7 gpt2                  148 tensors · 124.4M · 497.8 MB · ✓ verified 2 m ago
         / filter      sort: file order                                                         float32 148
        ╭─ Tensors ──────────────────────────────── statistics 0 % ╮╭─ wte.weight ─── float32 [50257, 768] ╮
        │  NAME                SHAPE              STD  DISTRIBUTION││                                      │
        │▌ wte.weight          50257 × 768                         ┃│                                      │
        │  wpe.weight          1024 × 768                          ┃│                                      │
        │  ▾ h                 12 blocks        85.1M              ┃│                                      │
        │    ▸ 0               12 tensors        7.1M              ┃│                                      │
        │    ▸ 1               12 tensors        7.1M              ┃│                                      │
        │    ▸ 2               12 tensors        7.1M              ┃│                                      │
        │    ▸ 3               12 tensors        7.1M              ┃│                                      │
        │    ▸ 4               12 tensors        7.1M              ┃│                                      │
        │    ▸ 5               12 tensors        7.1M              ││                                      │
        │    ▸ 6               12 tensors        7.1M              ││                                      │
        │    ▸ 7               12 tensors        7.1M              ││                                      │
        │    ▸ 8               12 tensors        7.1M              ││ md5 not known                        │
        ╰──────────────────────────────────────────────────────────╯╰───────── linear · counting · 99.8 % ─╯
         ⏎ fold/open  / filter  H histogram  M map  V values  e export  Tab panes  Esc back  ? help  q quit
        """)
  }

  @Test("a search shows what matches, with its groups")
  func search() throws {
    var shell = try atTensors(width: 100, height: 18)
    shell.press(.character("/"))
    shell.type("1 fc.w")
    #expect(
      shell.picture == """
         slotscope  ~/models › 7 gpt2                  148 tensors · 124.4M · 497.8 MB · ✓ verified 2 m ago
         / 1 fc.w                               3   sort: file order                            float32 148
        ╭─ Tensors ────────────────────────────────────────────────╮╭─ h.1.mlp.c_fc.weight ────────────────╮
        │  NAME                SHAPE              STD  DISTRIBUTION││               ▁▄▇██▇▄▁               │
        │  ▾ h                 12 blocks        85.1M              ││              ▄████████▄              │
        │    ▾ 1               12 tensors        7.1M              ││            ▃████████████▃            │
        │      ▾ mlp           4 tensors         4.7M              ││          ▂▆██████████████▆▂          │
        │▌       c_fc.weight   768 × 3072        0.02  ▁▂▅█▆▂▁     ││        ▂▆██████████████████▆▃        │
        │    ▾ 10              12 tensors        7.1M              ││ ▁▁▂▃▄▅████████████████████████▆▄▃▂▁▁ │
        │      ▾ mlp           4 tensors         4.7M              ││ ‹ 120 ──────────────────────── 131 › │
        │        c_fc.weight   768 × 3072        0.02  ▁▂▅█▆▂▁     ││ -0.12             0             0.12 │
        │    ▾ 11              12 tensors        7.1M              ││ mean 0.0012  std 0.02  median 0.0009 │
        │      ▾ mlp           4 tensors         4.7M              ││ NaN 0  ±Inf 0  zeros 102,144         │
        │        c_fc.weight   768 × 3072        0.02  ▁▂▅█▆▂▁     ││ 1 % -0.0465  99 % 0.0465  min -0.15  │
        │                                                          ││ max 0.152                            │
        │                                                          ││ md5 not known                        │
        ╰──────────────────────────────────────────────────────────╯╰──────────── linear · exact · 99.8 % ─╯
         ⏎ keep the filter  Esc show all  ↑ up  ↓ down  Ctrl-O sort
        """)
  }

  @Test("marks have signs of their own")
  func marks() throws {
    var shell = try atTensors(
      width: 100, height: 18,
      tensors: ["nan", "inf", "both", "zeros", "sound"].map {
        try TensorInfo(name: $0, dtype: .float16, shape: [4, 5])
      })
    shell.profiles = [
      0: bellProfile(nan: 1), 1: bellProfile(infinite: 2), 2: bellProfile(nan: 1, infinite: 1),
      3: zeroProfile(),
    ]
    shell.press(.escape, .enter)
    #expect(
      shell.picture == """
         slotscope  ~/models › 7 gpt2                    5 tensors · 124.4M · 497.8 MB · ✓ verified 2 m ago
         / filter      sort: file order                                          NaN or Inf in 3  float16 5
        ╭─ Tensors ────────────────────────────────────────────────╮╭─ nan ──────────────── float16 [4, 5] ╮
        │  NAME                      SHAPE        STD  DISTRIBUTION││               ▁▄▇██▇▄▁               │
        │▌ nan                       4 × 5       0.02  ▁▂▅█▆▂▁ NaN ││              ▄████████▄              │
        │  inf                       4 × 5       0.02  ▁▂▅█▆▂▁ ∞   ││            ▃████████████▃            │
        │  both                      4 × 5       0.02  ▁▂▅█▆▂▁ N∞  ││          ▂▆██████████████▆▂          │
        │  zeros                     4 × 5          0     █    =0  ││        ▂▆██████████████████▆▃        │
        │  sound                     4 × 5       0.02  ▁▂▅█▆▂▁     ││ ▁▁▂▃▄▅████████████████████████▆▄▃▂▁▁ │
        │                                                          ││ ‹ 120 ──────────────────────── 131 › │
        │                                                          ││ -0.12             0             0.12 │
        │                                                          ││ mean 0.0012  std 0.02  median 0.0009 │
        │                                                          ││ NaN 0  ±Inf 0  zeros 102,144         │
        │                                                          ││ 1 % -0.0465  99 % 0.0465  min -0.15  │
        │                                                          ││ max 0.152                            │
        │                                                          ││ md5 not known                        │
        ╰──────────────────────────────────────────────────────────╯╰──────────── linear · exact · 99.8 % ─╯
         ⏎ fold/open  / filter  H histogram  M map  V values  L log  [ zoom in  Esc back  ? help  q quit
        """)
  }
}
