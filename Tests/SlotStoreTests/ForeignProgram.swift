import Foundation
import GRDB
import Npy
import SlotStore

/// A program with numpy and sqlite3 alone: eleven columns, plain files, no lock.
enum ForeignProgram {
  /// - Parameter writesRow: false for one that is stopped between its file and its row.
  static func write(
    _ number: Double, slot: Int, in directory: String, checksum: String? = nil, writesRow: Bool = true
  ) throws {
    try FileManager.default.createDirectory(atPath: directory + "/slots", withIntermediateDirectories: true)
    let values = [Double](repeating: number, count: 10)
    let data = values.withUnsafeBytes { Data($0) }
    let file = Data(NpyHeader.encode(dtype: .float64, shape: [10])) + data
    let path = directory + "/slots/" + String(format: "%08d.npy", slot)
    try file.write(to: URL(fileURLWithPath: path + ".tmp"))
    rename(path + ".tmp", path)
    if writesRow { try Self.writeRow(number, slot: slot, in: directory, checksum: checksum) }
  }

  static func writeRow(_ number: Double, slot: Int, in directory: String, checksum: String? = nil) throws {
    let data = [Double](repeating: number, count: 10).withUnsafeBytes { Data($0) }
    var md5 = Checksum()
    data.withUnsafeBytes { md5.update($0) }
    let queue = try DatabaseQueue(path: directory + "/index.db")
    try queue.write { db in
      try db.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS contexts (slot_id INTEGER PRIMARY KEY,
            created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
            model_type TEXT, weight_file TEXT, weight_shape TEXT, weight_dtype TEXT, config_json TEXT,
            metadata_json TEXT, checksum TEXT, size_bytes INTEGER DEFAULT 0)
          """)
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO contexts (slot_id, model_type, weight_file, weight_shape, weight_dtype, config_json,
            metadata_json, checksum, size_bytes) VALUES (?, 'LLM', ?, '[10]', 'float64', '{"a": NaN}',
            '{"model_type": "LLM", "name": "theirs"}', ?, 80)
          """, arguments: [slot, "/elsewhere/\(slot).npy", checksum ?? md5.finalize()])
    }
    try queue.close()
  }

  /// Changes the index by a statement of its own.
  static func run(_ sql: String, in directory: String) throws {
    let queue = try DatabaseQueue(path: directory + "/index.db")
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }
}
