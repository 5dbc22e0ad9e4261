import Foundation
import Inspection
import SlotStore

/// Which columns of the slot list a width has room for, and where they stand.
struct SlotColumns: Sendable, Equatable {
  enum Column: String, Sendable, Hashable, CaseIterable {
    case slot, type, name, dtype, parameters, size, checksum, age
  }

  struct Placed: Sendable, Equatable {
    var column: Column
    var x: Int
    var width: Int
  }

  private(set) var placed: [Placed] = []
  /// The column of the integrity sign.
  private(set) var signX = 0

  /// - Parameters:
  ///   - width: inside the list, cursor included.
  ///   - slotDigits: of the largest slot number in view.
  ///   - typeWidth: of the longest model type.
  ///   - nameWidth: of the longest name in view.
  ///   - chosen: what somebody wants to see, from left to right; nil: what the width has room for.
  init(width: Int, slotDigits: Int, typeWidth: Int, nameWidth: Int, chosen: [Column]? = nil) {
    let widths = Widths(
      slot: max(4, min(19, slotDigits)), type: max(4, min(typeWidth, width < 60 ? 7 : 10)))
    // Cursor, the gap and the sign at the end, a margin.
    let margins = 1 + 2 + 1 + (width >= 42 ? 1 : 0)
    var columns = (chosen ?? Self.standard(width: width)).map {
      (column: $0, width: widths.of($0), gap: Self.gap($0))
    }
    func taken() -> Int { columns.reduce(margins) { $0 + $1.width + $1.gap } }
    if chosen != nil {
      columns[0].gap = 1
      while columns.count > 1, taken() > width { columns.removeLast() }
    } else {
      // Where slot numbers or types are long, a name has eight columns before others have any.
      for column in Self.dispensable where taken() + 4 > width { columns.removeAll { $0.column == column } }
    }
    func widen(_ column: Column, to most: Int) {
      guard let place = columns.firstIndex(where: { $0.column == column }) else { return }
      columns[place].width += max(0, min(most - columns[place].width, width - taken()))
    }
    // Beyond what names need, numbers would only be far from them.
    widen(.name, to: max(Self.names, nameWidth))
    // The whole of it or the beginning.
    if width - taken() >= 24 { widen(.checksum, to: 32) }
    var x = 1
    for column in columns {
      x += column.gap
      placed.append(Placed(column: column.column, x: x, width: column.width))
      x += column.width
    }
    signX = x + 2
  }

  private struct Widths {
    let slot: Int
    let type: Int

    /// Of a name the least; it takes what is left.
    func of(_ column: Column) -> Int {
      switch column {
      case .slot: slot
      case .type: type
      case .name: 4
      case .parameters: 7
      case .age: 5
      case .dtype, .size, .checksum: 8
      }
    }
  }

  /// What goes first where there is no room for all.
  private static let dispensable: [Column] = [.checksum, .dtype, .parameters, .age, .type]

  /// Columns for names where there is more room than they need.
  private static let names = 40

  private static func gap(_ column: Column) -> Int { column == .slot || column == .age ? 1 : 2 }

  /// Inside a list: that of a screen of 150 columns.
  private static let checksumFrom = 82

  private static func standard(width: Int) -> [Column] {
    var columns: [Column] = [.slot, .type, .name]
    if width >= 96 { columns.append(.dtype) }
    if width >= 56 { columns.append(.parameters) }
    columns.append(.size)
    if width >= checksumFrom { columns.append(.checksum) }
    if width >= 42 { columns.append(.age) }
    return columns
  }

  static func title(_ column: Column) -> String {
    switch column {
    case .slot: "SLOT"
    case .type: "TYPE"
    case .name: "NAME"
    case .dtype: "DTYPE"
    case .parameters: "PARAMS"
    case .size: "SIZE"
    case .checksum: "CHECKSUM"
    case .age: "AGE"
    }
  }

  /// Numbers end in one column, words begin in one.
  static func alignsRight(_ column: Column) -> Bool {
    column == .slot || column == .parameters || column == .size || column == .age
  }

  /// To be cut where its column is narrower.
  static func text(_ column: Column, of slot: SlotSummary, now: Date) -> String {
    switch column {
    case .slot: String(slot.slotID)
    case .type: Format.modelType(slot.modelType)
    case .name: slot.name
    case .dtype: slot.dtypeText
    case .parameters: slot.parameters.map(Format.count) ?? ""
    case .size: Format.bytes(slot.sizeBytes)
    case .checksum: slot.checksum
    case .age: slot.updated.map { AgeText.text(since: $0, now: now) } ?? ""
    }
  }
}

/// How long ago something was.
enum AgeText {
  /// `now` within the first minute, so that a screen drawn once a minute is never wrong.
  static func text(since date: Date, now: Date) -> String {
    let seconds = now.timeIntervalSince(date)
    return seconds < 60 ? "now" : Format.age(seconds)
  }

  /// The moment of one of the index's texts, which are UTC; nil, and no age is shown, for what is no moment.
  static func date(_ text: String) -> Date? {
    try? Date(text.prefix(19).replacing(" ", with: "T") + "Z", strategy: .iso8601)
  }

  /// `2 m ago`, `just now`.
  static func phrase(since date: Date, now: Date) -> String {
    let text = text(since: date, now: now)
    return text == "now" ? "just now" : text + " ago"
  }
}
