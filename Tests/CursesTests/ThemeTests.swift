import Canvas
import Foundation
import Testing

@testable import Curses

private let looks: [(ThemeName, ColorDepth)] = ThemeName.allCases.flatMap { name in
  ColorDepth.allCases.map { (name, $0) }
}

@Suite("Themes")
struct ThemeTests {
  @Test(
    "selection, focus and what recedes differ in every theme, with however many colours", arguments: looks)
  func differ(_ name: ThemeName, _ depth: ColorDepth) {
    let theme = Theme(name: name, depth: depth)
    #expect(theme.look(of: .selection) != theme.look(of: .plain))
    #expect(theme.look(of: .focusedTitle) != theme.look(of: .title))
    #expect(theme.look(of: Style.plain.reversed) != theme.look(of: .plain))
    #expect(theme.look(of: .bad) != theme.look(of: .plain))
    if name != .highContrast || depth == .many || depth == .mono {
      #expect(theme.look(of: .dim) != theme.look(of: .plain))
    }
    let states = [Role.good, .warning, .bad].map { theme.look(of: Style($0)) }
    if theme.depth != .mono, name != .light || theme.depth == .many {
      #expect(Set(states.map(\.pair)).count == 3)
    }
  }

  @Test(
    "without colours there are attributes alone, whatever the theme is called", arguments: ThemeName.allCases)
  func mono(_ name: ThemeName) {
    let theme = Theme(name: name, depth: .mono)
    #expect(theme.name == .mono)
    for role in Role.allCases {
      for style in [Style(role), Style(role, selected: true)] {
        #expect(theme.look(of: style).pair == Theme.Pair(foreground: -1, background: -1))
      }
    }
    #expect(Theme(name: .mono, depth: .many).depth == .mono)
  }

  @Test("the terminal's own background stays, but in high contrast", arguments: looks)
  func background(_ name: ThemeName, _ depth: ColorDepth) {
    let theme = Theme(name: name, depth: depth)
    let plain = theme.look(of: .plain)
    if theme.name == .highContrast {
      #expect(plain.pair.background == (depth == .many ? 16 : 0))
      #expect(Role.allCases.allSatisfy { theme.look(of: Style($0)).pair.background == plain.pair.background })
    } else {
      #expect(plain == Theme.Look())
      #expect(Role.allCases.allSatisfy { theme.look(of: Style($0)).pair.background == -1 })
    }
  }

  @Test("NO_COLOR means mono, unless a theme is named")
  func noColor() {
    #expect(Theme.name(chosen: nil, noColor: nil) == .auto)
    #expect(Theme.name(chosen: nil, noColor: "") == .auto)
    #expect(Theme.name(chosen: nil, noColor: "1") == .mono)
    #expect(Theme.name(chosen: .auto, noColor: "1") == .auto)
    #expect(Theme.name(chosen: .mono, noColor: nil) == .mono)
  }

  @Test("themes follow each other round")
  func next() {
    var seen: [ThemeName] = [.auto]
    while seen.count < 6 { seen.append(seen[seen.count - 1].next) }
    #expect(seen.map(\.rawValue) == ["auto", "dark", "light", "high-contrast", "mono", "auto"])
  }

  @Test("only the sixteen that the user has chosen, and the 240 that look alike everywhere, are named")
  func numbers() {
    for (name, depth) in looks {
      let theme = Theme(name: name, depth: depth)
      for role in Role.allCases {
        for isSelected in [false, true] {
          let pair = theme.look(of: Style(role, selected: isSelected)).pair
          for color in [pair.foreground, pair.background] where color >= 0 {
            switch theme.depth {
            case .many: #expect(color >= 16 && color < 256)
            case .sixteen: #expect(color < 16)
            case .eight: #expect(color < 8)
            case .mono: Issue.record("\(color) without colours")
            }
          }
        }
      }
    }
  }
}

@Suite("Colours that can be read")
struct ContrastTests {
  private func contrast(_ one: Int16, _ other: Int16) -> Double {
    PaletteColor(one).contrast(to: PaletteColor(other))
  }

  @Test("contrast is WCAG's: black on white is 21, grey 118 on white 4.54")
  func measure() {
    #expect(abs(contrast(16, 231) - 21) < 1e-9)
    #expect(abs(contrast(243, 231) - 4.54) < 0.005)
    #expect(contrast(100, 100) == 1)
  }

  /// The backgrounds that a theme is made for: from pure to what terminals have as dark or light.
  private static let backgrounds: [(ThemeName, [Int16], Double)] = [
    (.dark, [16, 233, 235], 4.5), (.light, [231, 255], 4.5), (.highContrast, [16], 7),
  ]

  @Test(
    "text of every role is readable on the theme's background: 4.5 to 1, in high contrast 7", arguments: 0..<3
  )
  func text(_ index: Int) {
    let (name, backgrounds, least) = Self.backgrounds[index]
    let palette = Theme(name: name, depth: .many).palette
    for role in Role.allCases where palette.roles[role] >= 0 {
      // Lines are no text: WCAG asks 3 of them.
      let least = role == .border ? 3 : least
      for background in backgrounds {
        #expect(contrast(palette.roles[role], background) >= least, "\(name) \(role) on \(background)")
      }
    }
  }

  @Test("of auto it is, on black and on white alike; red as far as there is one")
  func auto() {
    let palette = Theme(depth: .many).palette
    for role in Role.allCases where palette.roles[role] >= 0 {
      let least = role == .border ? 3 : role == .bad ? 3.95 : 4.4
      for background: Int16 in [16, 231] {
        #expect(contrast(palette.roles[role], background) >= least, "\(role) on \(background)")
      }
    }
  }

  @Test("text in the selection is readable", arguments: ThemeName.allCases)
  func selection(_ name: ThemeName) {
    let palette = Theme(name: name, depth: .many).palette
    for role in Role.allCases {
      #expect(
        contrast(palette.selected[role], palette.selection) >= (name == .highContrast ? 7 : 4.5), "\(role)")
    }
  }

  @Test("a sign on the colour of a value is readable", arguments: [ThemeName.auto, .light])
  func signs(_ name: ThemeName) {
    let theme = Theme(name: name, depth: .many)
    let heat = theme.heat
    for step in -HeatColor.divergingSteps...HeatColor.divergingSteps {
      let color = HeatColor.diverging(Double(step) / Double(HeatColor.divergingSteps))
      let pair = theme.look(of: Style(heat: Heat(ink: nil, paper: color))).pair
      #expect(contrast(pair.foreground, pair.background) >= 4.5, "\(step)")
    }
    for color in heat.sequence {
      #expect(max(contrast(color, 16), contrast(color, 231)) >= 4.5)
    }
  }
}

/// How people see colours who lack one kind of cone.
///
/// Matrices for linear RGB at full severity: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based
/// Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (6),
/// 2009.
enum Vision: String, CaseIterable {
  case normal, protanopia, deuteranopia, tritanopia

  var matrix: [[Double]] {
    switch self {
    case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protanopia:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
      ]
    case .deuteranopia:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
      ]
    case .tritanopia:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
      ]
    }
  }

  /// Lightness and the two opponent axes in Oklab (B. Ottosson, "A perceptual color space for image processing", 2020).
  func sees(_ number: Int16) -> [Double] {
    let light = PaletteColor(number).light
    let seen = Self.product(matrix, light).map { min(1, max(0, $0)) }
    let cones = Self.product(
      [
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ], seen)
    return Self.product(
      [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
      ], cones.map { cbrt($0) })
  }

  private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  static func distance(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
}

@Suite("Colours of values that everybody tells apart")
struct ColorVisionTests {
  /// Of Oklab, in which black and white are 1 apart and about 0.02 is just noticed.
  private static let leastStep = 0.027
  private static let leastSides = 0.1

  @Test(
    "from step to step colours are distinct and lightness goes one way, for every kind of eye",
    arguments: ThemeName.allCases, Vision.allCases)
  func steps(_ name: ThemeName, _ vision: Vision) {
    let heat = Theme(name: name, depth: .many).heat
    let direction = name == .light ? -1.0 : 1
    for scale in [[heat.zero] + heat.below, [heat.zero] + heat.above, heat.sequence] {
      let seen = scale.map(vision.sees)
      for (one, next) in zip(seen, seen.dropFirst()) {
        #expect(Vision.distance(one, next) >= Self.leastStep)
        #expect((next[0] - one[0]) * direction > 0)
      }
    }
  }

  @Test("below zero and above it differ at every step", arguments: ThemeName.allCases, Vision.allCases)
  func sides(_ name: ThemeName, _ vision: Vision) {
    let heat = Theme(name: name, depth: .many).heat
    #expect(heat.below.count == HeatColor.divergingSteps && heat.above.count == HeatColor.divergingSteps)
    #expect(heat.sequence.count == HeatColor.sequentialSteps + 1)
    for (below, above) in zip(heat.below, heat.above) {
      #expect(Vision.distance(vision.sees(below), vision.sees(above)) >= Self.leastSides)
    }
  }

  @Test(
    "of two histograms each one's own and what both have differ, for every kind of eye",
    arguments: ThemeName.allCases, Vision.allCases)
  func compared(_ name: ThemeName, _ vision: Vision) {
    let seen = Theme(name: name, depth: .many).palette.compared.map(vision.sees)
    #expect(seen.count == OverlayPart.allCases.count)
    for (one, next) in [(seen[0], seen[1]), (seen[1], seen[2]), (seen[0], seen[2])] {
      #expect(Vision.distance(one, next) >= 0.15)
    }
  }

  @Test(
    "they stand out from the background: 3 to 1, as WCAG asks of graphics",
    arguments: [
      (ThemeName.auto, [16, 231]), (.dark, [16, 233, 235]), (.light, [231, 255]), (.highContrast, [16]),
    ])
  func comparedContrast(_ name: ThemeName, _ backgrounds: [Int16]) {
    for part in OverlayPart.allCases {
      let pair = Theme(name: name, depth: .many).look(of: Style(heat: Heat(ink: .compared(part), paper: nil)))
        .pair
      for background in backgrounds {
        #expect(PaletteColor(pair.foreground).contrast(to: PaletteColor(background)) >= 3, "\(part)")
      }
    }
  }
}
