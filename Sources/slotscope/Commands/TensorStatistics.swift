import Inspection
import ModelContext
import SlotStore
import Tensors

/// `stats --tensors`: what is known of the values of each tensor of a slot.
struct TensorStatistics {
  let store: PersistentStore
  let slot: Int
  let progress: WorkProgress

  /// - Throws: `StoreError`, `CancellationError`.
  func show(json: Bool) throws {
    var profiles: [Int: TensorProfile] = [:]
    try ProgressLine().show("reading", progress) {
      try Inspector(store: store).profiles(of: slot, progress: progress) { profiles[$0] = $1 }
    }
    let tensors = try store.details(of: slot)?.tensors ?? []
    let rows = tensors.enumerated().compactMap { index, tensor in
      profiles[index].map { (tensor, $0) }
    }
    if json {
      JSON.print(.array(rows.map { JSON.profile($1, of: $0) }))
    } else {
      Self.table(rows).print()
    }
  }

  private static func table(_ rows: [(PlacedTensor, TensorProfile)]) -> Table {
    func column(_ title: String) -> Table.Column { Table.Column(title: title, alignsRight: true) }
    func number(_ value: Double?) -> String { value.map(Format.number) ?? "none" }
    func count(_ count: Int) -> String { count == 0 ? "" : Format.grouped(count) }
    var table = Table(
      columns: [
        Table.Column(title: "tensor"), Table.Column(title: "dtype"), Table.Column(title: "shape"),
        column("mean"), column("std"), column("min"), column("median"), column("max"), column("zeros"),
        column("NaN"), column("Inf"),
      ])
    table.rows = rows.map { tensor, profile in
      let summary = profile.summary
      return [
        tensor.info.name, tensor.info.dtype.rawValue + (tensor.info.dtype.isComplex ? " magnitude" : ""),
        Shape.text(tensor.info.shape), number(summary.mean), number(summary.std), number(summary.min),
        number(profile.quantiles?.values[TensorProfile.medianIndex]), number(summary.max),
        count(summary.zeros), count(summary.nan), count(summary.posInf + summary.negInf),
      ]
    }
    return table
  }
}
