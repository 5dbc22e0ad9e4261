import Canvas
import SlotStore

/// Marks in a row what was searched for.
struct SearchHighlight: Sendable {
  private let search: SlotSearch?

  /// - Parameter text: a text that is a search.
  init(_ text: String) { search = text.isEmpty ? nil : try? SlotSearch(text) }

  /// Restyles the letters that matched of a text that has been drawn.
  ///
  /// - Parameter text: as it was drawn, made visible and cut: what is cut away is not marked.
  func mark(_ text: String, of column: SlotColumns.Column, x: Int, y: Int, in canvas: inout Canvas) {
    guard let search, let field = column.searchField else { return }
    let places = search.places(in: text, of: field)
    if places.isEmpty { return }
    var column = x
    for (place, character) in text.enumerated() {
      let width = TextWidth.of(String(character))
      if places.contains(place) {
        canvas.restyle(Rect(x: column, y: y, width: width, height: 1)) { _ in
          Style.accent.bolded.underlined
        }
      }
      column += width
    }
  }
}

extension SlotColumns.Column {
  fileprivate var searchField: SearchField? {
    switch self {
    case .slot: .id
    case .type: .type
    case .name: .name
    case .dtype: .dtype
    default: nil
    }
  }

  /// What a click on its title sorts by.
  var order: SlotOrder {
    switch self {
    case .slot: .id
    case .type: .type
    case .name: .name
    case .dtype: .dtype
    case .parameters: .parameters
    case .size: .size
    case .checksum: .checksum
    case .age: .updated
    }
  }
}
