/// What a key asks of a heat map or of a table of values.
package enum TensorViewCommand: Sendable, Hashable, CaseIterable {
  case up, down, left, right
  case pageUp, pageDown, pageLeft, pageRight
  /// First and last row; first and last column.
  case top, bottom, lineStart, lineEnd
  case zoomIn, zoomOut, fit
  case nextSlice, previousSlice
  /// Other axes as rows and columns.
  case rearrange
  /// The mean of a cell's values, or their largest magnitude.
  case measure
}

/// A place in a slice.
package struct SlicePosition: Sendable, Hashable {
  package var row: Int
  package var column: Int

  package init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}
