import Canvas
import Foundation

/// A screen that takes the place of the list and its panes, until Escape brings them back.
///
/// Each is one small type with these operations. Its keys stand in ``BindingTable`` under its scope, and footer, help
/// and the README's list come from there. It is shown by appending it to ``BrowserState/screens``.
package protocol FullScreen: Sendable {
  /// Whose bindings count while it takes the keys; a field in which one types has a scope of its own.
  var scope: Scope { get }

  /// What must follow from any change: asks for what is to be shown and is neither there nor on its way.
  mutating func settle(_ surroundings: Surroundings) -> [Effect]

  /// Takes what the shell tells; what is not for this screen is passed over.
  mutating func take(_ message: Message, _ surroundings: Surroundings)

  /// Why a command can't be carried out now, in a few words; nil where it can.
  func whyDisabled(_ command: Command, _ surroundings: Surroundings) -> String?

  /// Whether a footer shows a command now: what is disabled or means nothing here is left out.
  func offers(_ command: Command, _ surroundings: Surroundings) -> Bool

  mutating func perform(_ command: Command, _ surroundings: Surroundings) -> ScreenReply

  /// A key that is bound to nothing: text, where a field takes it.
  mutating func type(_ key: Key, _ surroundings: Surroundings) -> ScreenReply

  mutating func take(_ event: MouseEvent, _ surroundings: Surroundings) -> ScreenReply

  /// Draws into all rows but the last, which is the footer.
  /// - Returns: where the cursor stands, if it is shown.
  func draw(into canvas: inout Canvas, _ surroundings: Surroundings) -> CursorPosition?

  /// Where its list stands, while something stands beside it: the divider between the two can be moved.
  func listFrame(_ surroundings: Surroundings) -> Rect?

  /// What to let go of when it is left.
  func leave() -> [Effect]

  /// What it has selected, for a histogram over it; nil where that has none.
  var subject: HistogramSubject? { get }

  /// Selects the next thing that has a histogram, or the one before.
  mutating func moveSubject(by step: Int)
}

extension FullScreen {
  package mutating func type(_ key: Key, _ surroundings: Surroundings) -> ScreenReply { .none }
  package var subject: HistogramSubject? { nil }
  package mutating func moveSubject(by step: Int) {}
  package func listFrame(_ surroundings: Surroundings) -> Rect? { nil }
}

/// What a screen knows of the browser around it.
package struct Surroundings: Sendable {
  package var width: Int
  package var height: Int
  package var glyphs: Glyphs
  package var bindings: BindingTable
  package var now: Date
  /// The store's folder, as a person writes it.
  package var storePath: String
  /// Whether a dialog takes the keys.
  package var isCovered: Bool
  /// The list's share of the width, where somebody has moved the divider beside it.
  package var divider: Double?
  /// What is selected below the screen.
  package var subject: HistogramSubject?
  /// The slot that was marked last, beside the selected one.
  package var marked: Int?
  /// How histograms are shown that are not looked at yet.
  package var weights: WeightsPane

  /// What messages call a command by, as ``BindingTable/name(of:in:ascii:)``.
  func key(_ command: Command, in scope: Scope) -> String {
    bindings.name(of: command, in: scope, ascii: glyphs.isASCII)
  }

  /// All rows but the footer.
  var area: Rect { Rect(x: 0, y: 0, width: width, height: max(0, height - 1)) }
}

/// What a command on a screen comes to, beside the screen's own change.
package struct ScreenReply: Sendable {
  package var effects: [Effect] = []
  package var notice: Notice?
  /// To be put over the screen.
  package var dialog: (any Dialog)?
  /// To be put over the screen, too.
  package var screen: (any FullScreen)?
  /// Back to what is below.
  package var closes = false
  /// How histograms are to be shown from now on.
  package var weights: WeightsPane?
  /// To be carried out by what is below, once the screen is closed.
  package var below: Command?
  /// Steps that what is below is to go on, or back.
  package var moves = 0

  package init(
    effects: [Effect] = [], notice: Notice? = nil, dialog: (any Dialog)? = nil,
    screen: (any FullScreen)? = nil, closes: Bool = false, weights: WeightsPane? = nil, below: Command? = nil,
    moves: Int = 0
  ) {
    self.effects = effects
    self.notice = notice
    self.dialog = dialog
    self.screen = screen
    self.closes = closes
    self.weights = weights
    self.below = below
    self.moves = moves
  }

  static let none = ScreenReply()
  static let close = ScreenReply(closes: true)

  static func copy(_ text: String) -> ScreenReply {
    ScreenReply(
      effects: [.copy(text)],
      notice: Notice(text: "copied \(VisibleText.sanitize(text, limit: 256))", isError: false))
  }
}
