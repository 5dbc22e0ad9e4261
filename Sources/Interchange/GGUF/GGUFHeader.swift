import StrictJSON
import Tensors

/// What a GGUF file says of itself and its tensors, checked against the file's length.
struct GGUFHeader {
  struct Pair: Equatable {
    let key: String
    let value: GGUFValue
  }

  struct Entry: Equatable {
    /// What is kept of the tensor: of one of a type that is no dtype here, its bytes.
    let info: TensorInfo
    /// From the first data byte.
    let byteRange: Range<Int>
    /// Type and shape of a tensor that is kept as bytes: `IQ2_XXS [4096, 4096]`.
    let rawType: String?
  }

  /// In the order of the file.
  let pairs: [Pair]
  /// In the order in which they lie in the file.
  let tensors: [Entry]
  /// In bytes.
  let alignment: Int
  /// Where the data begin in the file, in bytes.
  let dataOffset: Int

  /// Reads and checks what comes before the data of a whole file.
  ///
  /// Memory is that of what is kept of the pairs and of the tensor infos, a good hundred bytes for each.
  ///
  /// - Throws: `GGUFError` with the first thing that is wrong; what `file` throws where it can't be read.
  init(_ file: any ByteSource) throws {
    let counts = try Counts(file)
    var cursor = GGUFCursor(file, from: GGUFFormat.headByteCount)
    guard counts.pairs <= GGUFFormat.maximumPairCount,
      cursor.canHold(counts.pairs, of: GGUFFormat.minimumPairByteCount)
    else { throw GGUFError.tooManyPairs(counts.pairs) }
    guard counts.tensors <= GGUFFormat.maximumTensorCount,
      cursor.canHold(counts.tensors, of: GGUFFormat.minimumTensorByteCount)
    else { throw GGUFError.tooManyTensors(counts.tensors) }
    if counts.tensors == 0 { throw GGUFError.noTensors }
    pairs = try Self.pairs(&cursor, count: Int(counts.pairs))
    alignment = try Self.alignment(pairs)
    var described: [GGUFTensorInfo] = []
    var names = UniqueNames()
    for index in 0..<Int(counts.tensors) {
      let info = try GGUFTensorInfo(&cursor, index: index)
      guard names.insert(info.name) else { throw GGUFError.duplicateTensor(info.name) }
      described.append(info)
    }
    dataOffset = Self.padded(cursor.position, to: alignment)
    let placing = GGUFPlacing(alignment: alignment, dataByteCount: max(0, file.byteCount - dataOffset))
    tensors = try placing.entries(described)
  }

  /// How many pairs and tensors the first bytes announce.
  private struct Counts {
    let pairs: UInt64
    let tensors: UInt64

    init(_ file: any ByteSource) throws {
      guard file.byteCount >= GGUFFormat.headByteCount else {
        throw GGUFError.tooShort(byteCount: file.byteCount)
      }
      var head = [UInt8](repeating: 0, count: GGUFFormat.headByteCount)
      try head.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
      guard head.starts(with: GGUFFormat.magic) else { throw GGUFError.notGGUF }
      func integer<T: FixedWidthInteger>(at offset: Int, as type: T.Type) -> T {
        head.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
      }
      let version = integer(at: 4, as: UInt32.self)
      if version == 1 { throw GGUFError.version1 }
      if (1...GGUFFormat.versions.upperBound).contains(version.byteSwapped) { throw GGUFError.bigEndian }
      guard GGUFFormat.versions.contains(version) else { throw GGUFError.unknownVersion(version) }
      tensors = integer(at: 8, as: UInt64.self)
      pairs = integer(at: 16, as: UInt64.self)
    }
  }

  private static func pairs(_ cursor: inout GGUFCursor, count: Int) throws -> [Pair] {
    var pairs: [Pair] = []
    var keys = UniqueNames()
    for index in 0..<count {
      let length = try cursor.length(.key(pair: index))
      guard length <= GGUFFormat.maximumKeyByteCount else {
        throw GGUFError.keyTooLong(pair: index, byteCount: length)
      }
      let key = try cursor.text(length, .key(pair: index))
      guard keys.insert(key) else { throw GGUFError.duplicateKey(key) }
      pairs.append(Pair(key: key, value: try cursor.value(of: key)))
    }
    return pairs
  }

  private static func alignment(_ pairs: [Pair]) throws -> Int {
    guard let value = pairs.first(where: { $0.key == GGUFFormat.alignmentKey })?.value else {
      return GGUFFormat.defaultAlignment
    }
    guard case .integer(let number) = value, let alignment = Int(exactly: number),
      (GGUFFormat.alignmentUnit...GGUFFormat.maximumAlignment).contains(alignment),
      alignment & (alignment - 1) == 0
    else { throw GGUFError.badAlignment(value.text) }
    return alignment
  }

  /// The next multiple of `alignment`, a power of two.
  static func padded(_ byteCount: Int, to alignment: Int) -> Int { (byteCount + alignment - 1) & -alignment }
}
