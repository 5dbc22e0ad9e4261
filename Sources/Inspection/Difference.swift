import ModelContext
import SlotStore
import Statistics
import Tensors

/// What is different between two contexts: a before, b after.
public struct Difference: Sendable {
  public let a: DifferenceSide
  public let b: DifferenceSide
  /// Empty where only one tensor was asked for, as is `metadataChanges`.
  public let configChanges: [ConfigChange]
  public let metadataChanges: [MetadataChange]
  /// In the order of a's file; what b alone has comes after what it follows in b's file.
  package(set) public var tensors: [TensorDifference]

  /// Whether config, metadata and every tensor are the same; false while that is not known.
  public var isSame: Bool {
    configChanges.isEmpty && metadataChanges.isEmpty && tensors.allSatisfy { $0.status == .same }
  }

  public var totals: DifferenceTotals { DifferenceTotals(tensors) }

  package init(
    a: DifferenceSide, b: DifferenceSide, configChanges: [ConfigChange], metadataChanges: [MetadataChange],
    tensors: [TensorDifference]
  ) {
    self.a = a
    self.b = b
    self.configChanges = configChanges
    self.metadataChanges = metadataChanges
    self.tensors = tensors
  }
}

/// One of the two contexts that are compared.
public struct DifferenceSide: Sendable, Hashable {
  public let slotID: Int
  /// Nil where another program wrote the slot.
  public let revision: Int?
  public let name: String
  public let modelType: String
  /// MD5, lower-case hex; empty where it is not known.
  public let checksum: String
  public let sizeBytes: Int

  /// This very revision, whatever the slot holds by now.
  public var reference: RevisionReference { RevisionReference(slotID: slotID, revision: revision) }

  package init(
    slotID: Int, revision: Int?, name: String, modelType: String, checksum: String, sizeBytes: Int
  ) {
    self.slotID = slotID
    self.revision = revision
    self.name = name
    self.modelType = modelType
    self.checksum = checksum
    self.sizeBytes = sizeBytes
  }

  init(_ opened: OpenedWeights) {
    self.init(
      slotID: opened.row.slotID, revision: opened.row.revision, name: opened.row.name ?? "",
      modelType: opened.row.modelType ?? "Unknown", checksum: opened.row.checksum ?? "",
      sizeBytes: opened.layout.byteCount)
  }
}

/// What became of one tensor.
public struct TensorDifference: Sendable, Equatable {
  public enum Status: String, Sendable, Hashable {
    case onlyInA = "only_in_a"
    case onlyInB = "only_in_b"
    /// Dtype, shape and bytes are the same.
    case same
    case changed
    /// Not read yet.
    case unknown
  }

  public let name: String
  /// Its place among the tensors of a, and of b; nil where there is none.
  public let indexInA: Int?
  public let indexInB: Int?
  public let a: TensorInfo?
  public let b: TensorInfo?
  public internal(set) var status: Status
  /// Nil where the values were not compared: they are known to be the same, the tensor is in one alone, or the numbers
  /// of elements differ.
  public internal(set) var values: ValueDifference?

  /// Whether both have it, with other dtypes.
  public var dtypeChanged: Bool { a != nil && b != nil && a?.dtype != b?.dtype }
  /// Whether both have it, with other shapes.
  public var shapeChanged: Bool { a != nil && b != nil && a?.shape != b?.shape }

  package init(
    name: String, indexInA: Int?, indexInB: Int?, a: TensorInfo?, b: TensorInfo?, status: Status,
    values: ValueDifference? = nil
  ) {
    self.name = name
    self.indexInA = indexInA
    self.indexInB = indexInB
    self.a = a
    self.b = b
    self.status = status
    self.values = values
  }

  /// Takes what reading both found.
  mutating func take(_ values: ValueDifference) {
    self.values = values
    status = values.bytesAreSame && !shapeChanged ? .same : .changed
  }
}

/// How many tensors changed, and which of them most.
public struct DifferenceTotals: Sendable, Hashable {
  public struct Step: Sendable, Hashable {
    public let tensor: String
    public let maxAbs: Double
  }

  /// Tensors in all.
  public let count: Int
  public let same: Int
  public let changed: Int
  public let onlyInA: Int
  public let onlyInB: Int
  /// Not read yet.
  public let unknown: Int
  /// The largest step of any value, and the first tensor that has it; nil where no value is known to differ.
  public let largestStep: Step?

  package init(_ tensors: [TensorDifference]) {
    func count(_ status: TensorDifference.Status) -> Int { tensors.count { $0.status == status } }
    self.count = tensors.count
    same = count(.same)
    changed = count(.changed)
    onlyInA = count(.onlyInA)
    onlyInB = count(.onlyInB)
    unknown = count(.unknown)
    var step: Step?
    for tensor in tensors {
      guard let size = tensor.values?.maxAbs, size > step?.maxAbs ?? 0 else { continue }
      step = Step(tensor: tensor.name, maxAbs: size)
    }
    largestStep = step
  }

  /// `148: 148 changed, 0 added, 0 removed`, or `148: all as before`.
  public var text: String {
    let all = Format.grouped(count)
    if unknown == 0, same == count { return "\(all): all as before" }
    func part(_ count: Int, _ word: String) -> String { "\(Format.grouped(count)) \(word)" }
    return "\(all): " + part(changed, "changed") + ", " + part(onlyInB, "added") + ", "
      + part(onlyInA, "removed")
  }

  /// `148 changed`, `140 changed, +8 -2`.
  public var shortText: String {
    let others = onlyInA + onlyInB > 0 ? ", +\(Format.grouped(onlyInB)) -\(Format.grouped(onlyInA))" : ""
    return "\(Format.grouped(changed)) changed" + others
  }

  /// `largest step 0.152 in h.3.mlp.c_fc.weight`; nil where no value is known to differ.
  public var stepText: String? {
    largestStep.map {
      "largest step \(Format.number($0.maxAbs))" + ($0.tensor.isEmpty ? "" : " in \($0.tensor)")
    }
  }
}
