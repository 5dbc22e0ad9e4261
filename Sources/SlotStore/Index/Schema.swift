import GRDB

/// The tables of `index.db`: see FORMAT.md.
enum Schema {
  /// Of the layout shared with other programs; they rewrite it.
  static let sharedVersion = 1
  /// Of what this program adds.
  static let ownVersion = 4

  /// What a shared program knows of `contexts`.
  static let sharedColumns = [
    "slot_id", "created_at", "updated_at", "model_type", "weight_file", "weight_shape", "weight_dtype",
    "config_json", "metadata_json", "checksum", "size_bytes",
  ]
  /// What this program adds; absent means "not known".
  private static let ownColumns = [
    ("revision", "INTEGER"), ("name", "TEXT"), ("parameters", "INTEGER"), ("recipe_json", "TEXT"),
    ("tensors_json", "TEXT"), ("verified_at", "TEXT"), ("verified_stamp", "TEXT"),
  ]

  /// Has the size, too: what the totals of the store are made of.
  static let typeIndex = "contexts_by_type"
  /// What a search looks at of every row: a fifth of the table, in the order of slot numbers, so that parts of it can be
  /// read by several connections at once.
  static let scanIndex = "contexts_scan"
  /// So much of `metadata_json` stands in it, in characters; nearly always that is all.
  static let scannedMetadata = 240

  private static let sharedDefinition = """
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    model_type TEXT, weight_file TEXT, weight_shape TEXT, weight_dtype TEXT, config_json TEXT,
    metadata_json TEXT, checksum TEXT, size_bytes INTEGER DEFAULT 0
    """
  private static let ownDefinition = ownColumns.map { "\($0.0) \($0.1)" }.joined(separator: ", ")

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: slots, history, counters, todo") { db in
      try db.execute(
        sql:
          "CREATE TABLE IF NOT EXISTS contexts (slot_id INTEGER PRIMARY KEY, \(sharedDefinition), \(ownDefinition))"
      )
      let present = Set(try db.columns(in: "contexts").map(\.name))
      for (name, type) in ownColumns where !present.contains(name) {
        try db.execute(sql: "ALTER TABLE contexts ADD COLUMN \(name) \(type)")
      }
      try db.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS history (slot_id INTEGER NOT NULL, \(sharedDefinition), \(ownDefinition),
            PRIMARY KEY (slot_id, revision));
          CREATE TABLE IF NOT EXISTS counters (slot_id INTEGER PRIMARY KEY, last_revision INTEGER NOT NULL);
          CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,
            slot_id INTEGER, file TEXT);
          CREATE TABLE IF NOT EXISTS metadata (key TEXT PRIMARY KEY, value TEXT);
          INSERT OR IGNORE INTO metadata VALUES ('schema_version', '\(sharedVersion)');
          INSERT OR REPLACE INTO metadata VALUES ('slotscope_schema', '1');
          """)
      for order in [SlotOrder.updated, .size, .name] { try createIndexes(db, over: order) }
      try db.execute(
        sql: """
          CREATE INDEX IF NOT EXISTS \(typeIndex) ON contexts(\(SortKey.modelType), slot_id, size_bytes);
          CREATE INDEX IF NOT EXISTS history_by_file ON history(weight_file);
          """)
    }
    migrator.registerMigration("2: digests") { db in
      for table in ["contexts", "history"] {
        try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN digests_json TEXT")
      }
    }
    migrator.registerMigration("3: summaries last") { db in
      // It is long: SQLite walks through all of it to the columns behind it, which lists show. Nothing was written
      // there before.
      for table in ["contexts", "history"] {
        if try db.columns(in: table).contains(where: { $0.name == "summary_json" }) {
          try db.execute(sql: "ALTER TABLE \(table) DROP COLUMN summary_json")
        }
        try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN summary_json TEXT")
      }
      try db.execute(
        sql: "INSERT OR REPLACE INTO metadata VALUES ('slotscope_schema', '3')")
    }
    migrator.registerMigration("4: searching and sorting a million slots") { db in
      try db.execute(
        sql: """
          DROP INDEX IF EXISTS contexts_by_size;
          DROP INDEX IF EXISTS contexts_by_type_size;
          DROP INDEX IF EXISTS contexts_by_name;
          DROP INDEX IF EXISTS contexts_by_type_name;
          CREATE INDEX IF NOT EXISTS \(scanIndex) ON contexts(slot_id, model_type, name, weight_dtype, weight_shape,
            parameters, size_bytes, updated_at, substr(metadata_json, 1, \(scannedMetadata)));
          INSERT OR REPLACE INTO metadata VALUES ('slotscope_schema', '\(ownVersion)');
          """)
      for order in [SlotOrder.size, .name] { try createIndexes(db, over: order) }
      for order in SlotOrder.allCases where order.sharesIndex {
        try db.execute(
          sql: """
            CREATE INDEX IF NOT EXISTS \(order.indexName)
              ON contexts(\(SortKey.of(order)), slot_id, model_type);
            """)
      }
    }
    return migrator
  }

  /// Of all slots, and of those of each model type.
  private static func createIndexes(_ db: Database, over order: SlotOrder) throws {
    try db.execute(
      sql: """
        CREATE INDEX IF NOT EXISTS \(order.indexName) ON contexts(\(SortKey.of(order)), slot_id);
        CREATE INDEX IF NOT EXISTS contexts_by_type_\(order.rawValue)
          ON contexts(\(SortKey.modelType), \(SortKey.of(order)), slot_id);
        """)
  }
}

/// The expressions that lists are sorted by; the indexes are over exactly these.
enum SortKey {
  /// What the index has for a shape that SQL by itself can't count.
  static let uncounted = -2

  /// How many elements a shape makes; -1 where nobody can say. Readers have it; no index is over it, since other
  /// programs have not.
  static let elementCount = DatabaseFunction("slotscope_elements", argumentCount: 1, pure: true) { values in
    SlotRow.elementCount(shape: String.fromDatabaseValue(values[0])) ?? -1
  }

  static let modelType = "ifnull(model_type, 'Unknown')"

  /// - Parameter columns: NULL is compared in place of those that are absent.
  static func of(_ order: SlotOrder, _ columns: Columns = .complete) -> String {
    switch order {
    // Rows may hold either form of a timestamp.
    case .updated: "ifnull(replace(updated_at, ' ', 'T'), '')"
    case .id: "slot_id"
    case .type: modelType
    case .size: "ifnull(size_bytes, 0)"
    case .name: name(columns)
    case .parameters:
      parameters(
        columns, otherwise: columns.countsElements ? "\(elementCount.name)(weight_shape)" : "\(uncounted)")
    case .dtype: "ifnull(weight_dtype, '')"
    case .created: "ifnull(replace(created_at, ' ', 'T'), '')"
    case .checksum: "ifnull(checksum, '')"
    // Of what is in the index nothing says it: those who ask for it look at the files.
    case .state: "slot_id"
    }
  }

  /// A row of another program has its name in its metadata. An index over JSON functions would need them of whoever
  /// writes, and a column filled by us would be old as soon as they write again: the text behind `"name":` is taken as
  /// it is written, with its escapes.
  private static func name(_ columns: Columns) -> String {
    let found = [#""name": ""#, #""name":""#].map { key in
      let start = "instr(metadata_json, '\(key)') + \(key.count)"
      return """
        WHEN instr(metadata_json, '\(key)') > 0
          THEN substr(metadata_json, \(start), instr(substr(metadata_json, \(start)), '"') - 1)
        """
    }
    return """
      ifnull(\(columns.orNull("name")), CASE WHEN typeof(metadata_json) <> 'text' THEN ''
        \(found.joined(separator: "\n")) ELSE '' END)
      """
  }

  /// The shape of one extent, which is what stores of flat weights have, any program's SQLite can count.
  private static func parameters(_ columns: Columns, otherwise: String) -> String {
    let known = columns.orNull("parameters")
    return """
      CASE WHEN typeof(\(known)) = 'integer' AND \(known) >= 0 THEN \(known)
        WHEN weight_shape IS NULL THEN -1
        WHEN typeof(weight_shape) = 'text' AND weight_shape GLOB '[[][1-9]*]' AND length(weight_shape) < 18
          AND length(weight_shape) = length(CAST(weight_shape AS BLOB))
          AND substr(weight_shape, 2, length(weight_shape) - 2) NOT GLOB '*[^0-9]*'
          THEN CAST(substr(weight_shape, 2) AS INTEGER)
        ELSE \(otherwise) END
      """
  }
}
