import ModelContext
import Tensors

/// The tensors of a PyTorch file, in the order in which their storages lie in it.
final class TorchFile: TensorSource {
  let tensors: [TensorInfo]
  /// As for other archives.
  let isSequential = true
  let config: Config
  let metadata: [String: String]
  private let entries: [Entry]
  private let archive: ZipArchive
  private let path: String
  private let isBigEndian: Bool
  private let latest = LatestSource()

  private struct Entry {
    let place: TorchPlace
    /// Of the storage.
    let member: Int
  }

  /// - Parameters:
  ///   - archive: one with a `data.pkl`.
  ///   - path: the file's, for errors while reading.
  /// - Throws: `TorchError`, `ZipError`; what the archive's source throws.
  init(_ archive: ZipArchive, path: String) throws {
    let archive = ZipArchive(allowingZeroChecksums: archive)
    let pickle = try Self.pickle(of: archive)
    let folder = String(archive.members[pickle].name.dropLast(TorchFormat.pickleName.count))
    isBigEndian = try Self.isBigEndian(archive, folder)
    let size = archive.members[pickle].size
    guard size <= TorchFormat.maximumPickleByteCount else { throw TorchError.pickleTooLong(byteCount: size) }
    let (root, heap) = try PickleMachine.run(
      LittleEndianBytes(archive.bytes(of: pickle), from: 0, count: size).bytes)
    let contents = try TorchContents(root, heap)
    var entries = try Self.entries(contents, archive, folder)
    entries.sort { ($0.member, $0.place.offset) < ($1.member, $1.place.offset) }
    try Self.checkProportion(entries.map(\.place.info), fileByteCount: archive.source.byteCount)
    tensors = entries.map(\.place.info)
    config = contents.config
    metadata = contents.metadata
    self.entries = entries
    self.archive = archive
    self.path = path
  }

  /// Whether an archive is a PyTorch file, read here or not.
  static func isTorch(_ archive: ZipArchive) -> Bool { archive.members.contains { isPickle($0.name) } }

  private static func isPickle(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count <= 2 && parts.last == TorchFormat.pickleName[...]
  }

  private static func pickle(of archive: ZipArchive) throws(TorchError) -> Int {
    let pickles = archive.members.indices.filter { isPickle(archive.members[$0].name) }
    if pickles.count > 1 {
      throw .severalPickles(archive.members[pickles[0]].name, archive.members[pickles[1]].name)
    }
    guard let pickle = pickles.first else { throw .noTensors }
    return pickle
  }

  private static func isBigEndian(_ archive: ZipArchive, _ folder: String) throws -> Bool {
    guard let member = archive.index(of: folder + "byteorder") else { return false }
    let count = min(archive.members[member].size, 32)
    let bytes = try LittleEndianBytes(archive.bytes(of: member), from: 0, count: count).bytes
    let text = String(decoding: bytes, as: UTF8.self)
    guard text == "little" || text == "big" else { throw TorchError.badByteOrder(text) }
    return text == "big"
  }

  private static func entries(
    _ contents: TorchContents, _ archive: ZipArchive, _ folder: String
  ) throws(TorchError) -> [Entry] {
    let members = Dictionary(
      uniqueKeysWithValues: archive.members.enumerated().map { (Array($1.name.utf8), $0) })
    var entries: [Entry] = []
    for (name, tensor) in contents.tensors {
      let place = try TorchPlace(tensor, name: name)
      let storage = tensor.storage
      guard let member = members[Array("\(folder)data/\(storage.key)".utf8)] else {
        throw .missingStorage(tensor: name, key: storage.key)
      }
      let itemSize = storage.dtype?.itemSize ?? 1
      let (expected, overflow) = Int(storage.elementCount).multipliedReportingOverflow(by: itemSize)
      guard !overflow, expected == archive.members[member].size else {
        throw .wrongStorageSize(
          key: storage.key, expected: overflow ? .max : expected, actual: archive.members[member].size)
      }
      entries.append(Entry(place: place, member: member))
    }
    return entries
  }

  private static func checkProportion(_ tensors: [TensorInfo], fileByteCount: Int) throws(TorchError) {
    var total = 0
    for info in tensors {
      let (sum, overflow) = total.addingReportingOverflow(info.byteCount)
      total = overflow ? .max : sum
      if total / TorchFormat.maximumRatio > fileByteCount {
        throw .inflated(byteCount: total, fileByteCount: fileByteCount)
      }
    }
  }

  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    if buffer.isEmpty { return }
    do {
      try latest.source(index) { source(of: entries[index]) }.read(at: offset, into: buffer)
    } catch let error as ZipError {
      throw InterchangeError.zip(path: path, error)
    }
  }

  private func source(of entry: Entry) -> any ByteSource {
    let info = entry.place.info
    let storage = archive.bytes(of: entry.member)
    let itemSize = info.dtype.itemSize
    let elements: any ByteSource =
      if let strides = entry.place.strides {
        StridedSource(
          storage, shape: info.shape, strides: strides, start: entry.place.offset, itemSize: itemSize)
      } else {
        SlicedSource(storage, from: entry.place.offset * itemSize, byteCount: info.byteCount)
      }
    let word = info.dtype.wordByteCount
    return isBigEndian && word > 1 ? ByteSwappedSource(elements, wordByteCount: word) : elements
  }
}
