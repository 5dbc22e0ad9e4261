import Foundation
import GRDB
import StrictJSON
import Tensors

extension NaNKnowledge {
  /// By the statistics that a row keeps of its tensors (see FORMAT.md, `summary_json`).
  ///
  /// - Parameter isPlain: whether the row is of one array of `dtype`.
  init(summary: String?, checksum: String?, dtype: String?, isPlain: Bool) {
    if isPlain, let dtype = dtype.flatMap(DType.init(numpyName:)), !dtype.isFloatingPoint {
      self = .no
      return
    }
    guard let summary, let json = try? JSONValue(parsing: summary), let checksum,
      json["checksum"]?.asString == checksum, let tensors = json["tensors"]?.asArray
    else {
      self = .unknown
      return
    }
    let counts = tensors.map { $0.asString.flatMap(Self.count) }
    if counts.contains(where: { $0 ?? 0 > 0 }) {
      self = .yes
    } else {
      self = counts.contains(nil) ? .unknown : .no
    }
  }

  /// The third number of a tensor's record.
  private static func count(_ record: String) -> Int? {
    guard let space = record.firstIndex(of: " ") else { return nil }
    // Three numbers of ten bytes at most stand in its first 40 letters.
    let head = record[record.index(after: space)...].prefix(40)
    guard let bytes = Data(base64Encoded: String(head)) else { return nil }
    var numbers: [Int] = []
    var number = 0
    var shift = 0
    for byte in bytes where numbers.count < 3 && shift < 63 {
      number |= Int(byte & 0x7f) << shift
      shift += 7
      if byte & 0x80 == 0 {
        numbers.append(number)
        (number, shift) = (0, 0)
      }
    }
    return numbers.count == 3 ? numbers[2] : nil
  }
}

extension SlotIndex {
  /// What is known of each slot.
  func nanKnowledge(_ slotIDs: [Int]) throws(StoreError) -> [NaNKnowledge] {
    try read { db in
      let summary = try columns(db).isComplete ? "summary_json, tensors_json IS NULL" : "NULL, 1"
      let statement = try db.cachedStatement(
        sql: "SELECT checksum, weight_dtype, \(summary) FROM contexts WHERE slot_id = ?")
      return try slotIDs.map { slotID in
        try statement.row([slotID]) { row in
          NaNKnowledge(
            summary: row.text(2), checksum: row.text(0), dtype: row.text(1), isPlain: row.integer(3) == 1)
        } ?? .unknown
      }
    }
  }
}
