extension PersistentStore {
  /// The column `summary_json` of the row that weights were opened by: statistics of what it names by its checksum.
  ///
  /// - Returns: nil where there are none, or the index can't be read now.
  package func keptSummary(of opened: OpenedWeights) -> String? {
    try? index.keptText(.summary, of: opened.row)
  }

  /// Keeps statistics in that column, in one commit, while the row still is the same. Where this program may not
  /// write, and in a row that another program wrote, nothing is kept.
  package func keepSummary(_ text: String, of opened: OpenedWeights) {
    guard isWritable, !opened.row.isForeign, opened.row.checksum != nil else { return }
    do { try withWriteLock { try index.noteSummary(text, of: opened.row) } } catch {
      options.onWarning?("the statistics could not be kept in the index: \(error)")
    }
  }
}
