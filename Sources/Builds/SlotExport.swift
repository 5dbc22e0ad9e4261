import Interchange
import ModelContext
import SlotStore
import Tensors

/// A slot's weights on their way to a file: all its tensors, or one.
public struct SlotExport: Sendable {
  /// Tensors that are written with another dtype than they have in the slot.
  public struct Conversion: Sendable, Hashable {
    public let from: DType
    public let to: DType
    public let tensorCount: Int
  }

  public let format: ExportFormat
  /// As they are written.
  public let tensors: [TensorInfo]
  /// One for each dtype that the format lacks, in the order of the tensors.
  public let conversions: [Conversion]
  private let source: any TensorSource
  private let metadata: [String: String]

  /// - Parameter name: the tensor to write; nil for all. As .npy, which holds one array, several are written as the
  ///   slot holds them, one after the other.
  /// - Throws: `StoreError`, `ExportError`, `InterchangeError.cantHold`.
  public init(
    of slot: Int, in store: PersistentStore, tensor name: String? = nil, to path: String,
    as format: ExportFormat
  ) throws {
    let weights = try store.openWeights(slot)
    var placed = weights.layout.tensors
    if let name {
      placed = placed.filter { $0.info.name.utf8.elementsEqual(name.utf8) }
      if placed.isEmpty { throw ExportError.noTensor(name: name, slot: slot) }
    } else if format == .npy, placed.count != 1 {
      placed = [
        PlacedTensor(
          info: try TensorInfo(name: "", dtype: weights.layout.dtype, shape: weights.layout.shape), offset: 0)
      ]
    }
    let originals = placed.map(\.info)
    let dtypes = try originals.map { info in
      guard let dtype = format.dtype(for: info.dtype) else {
        throw InterchangeError.cantHold(path: path, tensor: info.name, info.dtype)
      }
      return dtype
    }
    let widened = try WidenedTensors(
      originals, source: PlacedBytes(data: weights.data, offsets: placed.map(\.offset)), as: dtypes)
    self.format = format
    tensors = widened.tensors
    conversions = Self.conversions(originals, dtypes)
    source = widened
    metadata = Self.metadata(weights.row)
  }

  /// Of the data.
  public var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }

  /// - Throws: `InterchangeError`, `FileError`, `CancellationError`. Nothing is left behind then.
  public func write(to path: String, overwriting: Bool = false, progress: WorkProgress? = nil) throws {
    progress?.begin(total: byteCount)
    switch format {
    case .npy:
      try NpyExport.write(
        tensor: 0, of: tensors, source: source, to: path, overwriting: overwriting, progress: progress)
    case .npz:
      try NpzExport.write(tensors, source: source, to: path, overwriting: overwriting, progress: progress)
    case .safetensors:
      try SafetensorsExport.write(
        tensors, source: source, metadata: metadata, to: path, overwriting: overwriting, progress: progress)
    }
  }

  private static func conversions(_ originals: [TensorInfo], _ dtypes: [DType]) -> [Conversion] {
    var order: [DType] = []
    var counts: [DType: Int] = [:]
    for (info, dtype) in zip(originals, dtypes) where info.dtype != dtype {
      if counts[info.dtype] == nil { order.append(info.dtype) }
      counts[info.dtype, default: 0] += 1
    }
    return order.map { Conversion(from: $0, to: .float32, tensorCount: counts[$0] ?? 0) }
  }

  /// What the slot says of itself: its metadata as they are, but for the path on this machine, and its config in one
  /// member, whence an import takes it again.
  private static func metadata(_ row: SlotRow) -> [String: String] {
    var metadata = row.metadataJSON.flatMap { [String: String](jsonText: $0) } ?? [:]
    metadata["model_path"] = nil
    if let text = row.configJSON, let config = Config(jsonText: text), !config.isEmpty {
      metadata[ModelFiles.configName] = config.jsonText
    }
    return metadata
  }
}

/// Why a slot can't be exported as asked.
public enum ExportError: Error, Equatable, CustomStringConvertible {
  case noTensor(name: String, slot: Int)

  public var description: String {
    switch self {
    case .noTensor(let name, let slot):
      "slot \(slot): there is no tensor '\(name)'; `slotscope show \(slot)` lists them"
    }
  }
}

/// Tensors that lie at known places of an array.
private struct PlacedBytes: TensorSource {
  let data: any ByteSource
  let offsets: [Int]

  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try data.read(at: offsets[index] + offset, into: buffer)
  }
}
