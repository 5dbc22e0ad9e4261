import Canvas
import Tensors

/// Which columns of the list of tensors a width has room for, and where they stand.
struct TensorColumns: Sendable, Equatable {
  enum Column: Sendable, Equatable {
    case dtype, shape, size, mean, std, distribution

    var title: String {
      switch self {
      case .dtype: "DTYPE"
      case .shape: "SHAPE"
      case .size: "SIZE"
      case .mean: "MEAN"
      case .std: "STD"
      case .distribution: "DISTRIBUTION"
      }
    }

    /// Numbers end in one column, words begin in one.
    var alignsRight: Bool { self == .size || self == .mean || self == .std }
  }

  struct Placed: Sendable, Equatable {
    var column: Column
    var x: Int
    var width: Int
  }

  private(set) var placed: [Placed] = []
  /// Where names begin, and how much room they have.
  let nameX = 2
  private(set) var nameWidth = 0
  /// The column of the marks for NaN, Inf and all zeros.
  private(set) var marksX = 0
  static let marksWidth = 3

  init(width: Int, list: TensorList?) {
    let widest = list?.widest ?? (dtype: 5, shape: 5)
    var columns: [(column: Column, width: Int)] = []
    if width >= 66 { columns.append((.dtype, min(13, max(5, widest.dtype)))) }
    columns.append((.shape, min(width >= 66 ? 20 : 14, max(5, widest.shape))))
    if width >= 92 { columns.append((.size, 8)) }
    if width >= 104 { columns.append((.mean, 10)) }
    if width >= 42 { columns.append((.std, 9)) }
    if width >= 58 { columns.append((.distribution, width >= 110 ? 12 : 7)) }
    // The cursor and a blank before names; the marks and a blank after them at the end.
    let fixed = columns.reduce(nameX + 1 + Self.marksWidth + 1) { $0 + $1.width + 2 }
    nameWidth = max(8, width - fixed)
    var x = nameX + nameWidth
    for column in columns {
      placed.append(Placed(column: column.column, x: x + 2, width: column.width))
      x += 2 + column.width
    }
    marksX = x + 1
  }

  subscript(column: Column) -> Placed? { placed.first { $0.column == column } }

  /// How far names are moved in at a depth: never more than a part of their room.
  static func indent(depth: Int, nameWidth: Int) -> Int { min(2 * depth, max(0, nameWidth * 2 / 5)) }

  /// The column of a group's mark, from the left of the row.
  static func markX(depth: Int, nameWidth: Int) -> Int { 2 + indent(depth: depth, nameWidth: nameWidth) }
}
