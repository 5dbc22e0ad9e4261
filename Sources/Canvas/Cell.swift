/// One column of one row of a `Canvas`.
public struct Cell: Sendable, Hashable {
  /// What stands here: one scalar that takes columns, with the marks that combine with it. Empty in the second column
  /// of a wide character.
  public var content: CellText
  public var style: Style
  /// Columns that `content` takes: 1 or 2; 0 in the second column of a wide character.
  public var width: Int8

  public var text: String { content.string }

  static func blank(_ style: Style) -> Cell { Cell(content: .space, style: style, width: 1) }
  static func continuation(_ style: Style) -> Cell { Cell(content: .empty, style: style, width: 0) }
}
