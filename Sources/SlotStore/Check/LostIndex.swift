/// An index that can't be opened, as something that a check has found.
public struct LostIndex {
  public let report: CheckReport

  /// Nil for an error that says something else.
  public init?(_ error: StoreError) {
    let kind: Finding.Kind
    let files: Int
    switch error {
    case .indexMissing(_, let count):
      kind = .indexMissing
      files = count
    case .indexLost(_, _, let count):
      kind = .indexDamaged
      files = count
    case .indexDamaged:
      kind = .indexDamaged
      files = 0
    default: return nil
    }
    report = CheckReport(
      slots: 0, keptRevisions: 0, files: files, findings: [Finding(kind, path: "index.db", error.description)]
    )
  }
}
