import ModelContext
import Npy
import Tensors

/// A slot's weight file, open and checked against its row.
package struct OpenedWeights: Sendable {
  package let row: SlotRow
  package let file: OpenFile
  let header: NpyHeader
  package let layout: WeightLayout
  /// The array's elements in C order, little-endian.
  package let data: any ByteSource
  /// What the checksum and the digests are of: the same, in the file's own byte order. Only other programs write
  /// another than little-endian.
  let checkedData: any ByteSource

  /// - Throws: `StoreError.badWeights` where the file is not what the row says.
  init(row: SlotRow, file: OpenFile) throws(StoreError) {
    let array: NpyArray
    do throws(WeightFault) {
      array = try Self.array(row, file)
    } catch {
      throw .badWeights(slot: row.slotID, path: file.path, why: error.text)
    }
    header = array.header
    self.row = row
    self.file = file
    data = array.data
    checkedData = array.dataInOwnByteOrder
    layout = Self.layout(row, header)
  }

  /// Compares a row with its file, of which no more than the header is read.
  static func examine(_ row: SlotRow, _ path: String) throws(WeightFault) {
    let file: OpenFile
    do throws(FileError) { file = try OpenFile(path: path, followsLinks: false) } catch {
      if case .notFound = error { throw WeightFault(.missingFile, "the file is not there") }
      throw WeightFault(.unreadableFile, error.description)
    }
    _ = try array(row, file)
  }

  private static func array(_ row: SlotRow, _ file: OpenFile) throws(WeightFault) -> NpyArray {
    let array: NpyArray
    do {
      array = try NpyArray(FileSource(file))
    } catch let error as NpyError {
      throw WeightFault(error.isOfSize ? .wrongSize : .wrongHeader, error.description)
    } catch {
      throw WeightFault(.unreadableFile, String(describing: error))
    }
    let header = array.header
    if let dtype = row.weightDType, !names(header, dtype) {
      throw WeightFault(.wrongDType, "holds \(header.dtype.rawValue), the index says \(dtype)")
    }
    if let shape = row.shape, shape != header.shape {
      throw WeightFault(.wrongShape, "has shape \(header.shape), the index says \(shape)")
    }
    if row.sizeBytes != header.dataByteCount, !(row.isForeign && row.sizeBytes == 0) {
      throw WeightFault(
        .wrongSize, "holds \(header.dataByteCount) bytes of data, the index says \(row.sizeBytes)")
    }
    return array
  }

  /// numpy knows bfloat16 as two bytes without a meaning.
  private static func names(_ header: NpyHeader, _ text: String) -> Bool {
    text == header.dtype.rawValue || text == header.numpyName
      || (header.dtype == .bfloat16 && ["void16", "|V2", "<V2", "V2"].contains(text))
  }

  private static func layout(_ row: SlotRow, _ header: NpyHeader) -> WeightLayout {
    let table = row.tensorsJSON.flatMap {
      TensorTable.tensors($0, checksum: row.checksum, byteCount: header.dataByteCount)
    }
    let whole = try? TensorInfo(name: "", dtype: header.dtype, shape: header.shape)
    return WeightLayout(
      dtype: header.dtype, shape: header.shape,
      tensors: table ?? whole.map { [PlacedTensor(info: $0, offset: 0)] } ?? [])
  }

  /// The weights without a copy where the file has them in C order, little-endian.
  func weights() throws -> Weights {
    guard header.isCOrder, !header.isBigEndian else {
      let bytes = try ByteRegion(byteCount: layout.byteCount) { try data.read(at: 0, into: $0) }
      return Weights(layout: layout, bytes: bytes)
    }
    let bytes = try ByteRegion.mapping(file, from: header.dataOffset, byteCount: header.dataByteCount)
    return Weights(layout: layout, bytes: bytes)
  }
}

/// How a file is not what its row says.
struct WeightFault: Error {
  let kind: Finding.Kind
  let text: String

  init(_ kind: Finding.Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

extension NpyError {
  /// Whether the header can be read and the data's size is not what it says.
  fileprivate var isOfSize: Bool {
    switch self {
    case .dataTruncated, .trailingBytes: true
    default: false
    }
  }
}

extension PersistentStore {
  /// Opens the weights of a slot as its row has them now.
  ///
  /// Revisions never change: the row that names one is enough. A foreign program renames its file before it writes
  /// its row, so there the row is read again until both agree.
  package func openWeights(_ slot: Int) throws(StoreError) -> OpenedWeights {
    guard var row = try index.row(slot) else { throw .noSlot(slot) }
    while true {
      let opened: Result<OpenFile, FileError> = open(row)
      if !row.isForeign, case .success(let file) = opened { return try OpenedWeights(row: row, file: file) }
      guard let again = try index.row(slot) else { throw .noSlot(slot) }
      if again != row {
        row = again
        continue
      }
      switch opened {
      case .success(let file): return try OpenedWeights(row: row, file: file)
      case .failure(.notFound(let path)): throw .missingWeights(slot: slot, path: path)
      case .failure(let error): throw .file(error)
      }
    }
  }

  /// Opens a kept revision; nil is the current one.
  package func openWeights(_ slot: Int, revision: Int?) throws(StoreError) -> OpenedWeights {
    guard let revision else { return try openWeights(slot) }
    guard let row = try index.keptRevisions(of: slot).first(where: { $0.revision == revision }) else {
      throw .nothingToRestore(slot: slot, revision: revision)
    }
    return try OpenedWeights(row: row, file: openFile(row).get())
  }

  func openFile(_ row: SlotRow) -> Result<OpenFile, StoreError> {
    open(row).mapError { error in
      if case .notFound(let path) = error { return .missingWeights(slot: row.slotID, path: path) }
      return .file(error)
    }
  }

  private func open(_ row: SlotRow) -> Result<OpenFile, FileError> {
    do throws(FileError) {
      if let revision = revisionFile(of: row) {
        return .success(try OpenFile(path: files.path(revision.path), followsLinks: false))
      }
      return .success(try OpenFile(path: files.path(row.file), followsLinks: false))
    } catch {
      return .failure(error)
    }
  }

  /// The revision that holds the row's weights: named by the row, or by our own link where a foreign program
  /// replaced only the row. A link that points anywhere else is not followed.
  func revisionFile(of row: SlotRow) -> RevisionName? {
    switch row.file {
    case .revision(let name): return name
    case .slot(let slot):
      guard let target = files.linkTarget(slot: slot), target.hasPrefix("../") else { return nil }
      return RevisionName(path: String(target.dropFirst(3)))
    }
  }
}
