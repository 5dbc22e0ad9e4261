import Canvas
import Tensors

/// Which columns of the list of tensors a width has room for, and where they stand.
struct TensorColumns: Sendable, Equatable {
  /// From left to right.
  enum Column: Sendable, Equatable, CaseIterable {
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

  /// How much room names keep when a column joins, in the order in which columns do.
  private static let wishes: [(column: Column, nameWidth: Int)] = [
    (.shape, 8), (.std, 20), (.distribution, 16), (.dtype, 26), (.size, 30), (.mean, 30),
  ]

  /// Beyond that, numbers would only be far from names.
  static let widestNames = 80

  init(width: Int, list: TensorList?) {
    let widest = list?.widest ?? (dtype: 5, shape: 5)
    func room(_ column: Column) -> Int {
      switch column {
      case .dtype: min(13, max(5, widest.dtype))
      case .shape: min(width >= 66 ? 20 : 14, max(5, widest.shape))
      case .size: 8
      case .mean: 10
      case .std: 9
      case .distribution: width >= 110 ? 12 : 7
      }
    }
    // The cursor and a blank before names; the marks and a blank after them at the end.
    var left = width - (nameX + 1 + Self.marksWidth + 1)
    var chosen: [Column] = []
    for wish in Self.wishes where left - room(wish.column) - 2 >= wish.nameWidth {
      chosen.append(wish.column)
      left -= room(wish.column) + 2
    }
    nameWidth = max(8, min(left, Self.widestNames))
    var x = nameX + nameWidth
    for column in Column.allCases where chosen.contains(column) {
      placed.append(Placed(column: column, x: x + 2, width: room(column)))
      x += 2 + room(column)
    }
    marksX = x + 1
  }

  subscript(column: Column) -> Placed? { placed.first { $0.column == column } }

  /// How far names are moved in at a depth: never more than a part of their room.
  static func indent(depth: Int, nameWidth: Int) -> Int { min(2 * depth, max(0, nameWidth * 2 / 5)) }

  /// The column of a group's mark, from the left of the row.
  static func markX(depth: Int, nameWidth: Int) -> Int { 2 + indent(depth: depth, nameWidth: nameWidth) }
}
