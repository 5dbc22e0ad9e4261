import Canvas

/// What lies over the screen and takes the keys, until it is closed.
///
/// Each is one small type with these operations. Its keys stand in ``BindingTable`` under its scope. It is shown by
/// ``BrowserState/show(_:)``; the last of those shown is in view. While it carries something out it is not
/// among the browser's dialogs, so that it may show others, and itself closes by its reply.
package protocol Dialog: DialogPicture, Sendable {
  /// Whose bindings count while it takes the keys.
  var scope: Scope { get }

  /// Whether its line of keys shows a command now.
  func offers(_ command: Command, on browser: BrowserState) -> Bool

  /// The word for a command in its line of keys, where it is another than the table's.
  func label(of command: Command) -> String?

  mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply

  /// A key, before the bindings are asked: text, where a field takes it.
  /// - Returns: nil where the key is not for it.
  mutating func type(_ key: Key, on browser: inout BrowserState) -> DialogReply?

  mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState) -> DialogReply

  /// Hears what the shell tells, also while another dialog lies over it; what is not for it is passed over.
  mutating func take(_ message: Message)

  /// What must follow from any change: asks for what is to be shown and is neither there nor on its way.
  mutating func settle(on browser: inout BrowserState) -> DialogReply
}

extension Dialog {
  package func offers(_ command: Command, on browser: BrowserState) -> Bool { true }
  package mutating func type(_ key: Key, on browser: inout BrowserState) -> DialogReply? { nil }
  package mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState)
    -> DialogReply
  { .stay() }
  package mutating func take(_ message: Message) {}
  package func label(of command: Command) -> String? { nil }
  package mutating func settle(on browser: inout BrowserState) -> DialogReply { .stay() }
}

/// What a dialog looks like, and how large it would like to be.
package protocol DialogPicture {
  var title: String { get }
  var facts: String { get }
  /// Columns and rows inside, without frame and without the line of keys.
  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int)
  /// Draws; returns where the cursor stands, if it is shown.
  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition?
}

extension DialogPicture {
  package var facts: String { "" }
}

/// What something in a dialog comes to, beside the dialog's own change.
package struct DialogReply: Sendable {
  package var effects: [Effect] = []
  package var closes = false

  static func stay(_ effects: [Effect] = []) -> DialogReply { DialogReply(effects: effects) }
  static func close(_ effects: [Effect] = []) -> DialogReply { DialogReply(effects: effects, closes: true) }
}

/// Column and row of the cursor.
package struct CursorPosition: Sendable, Hashable {
  package var x: Int
  package var y: Int
}
