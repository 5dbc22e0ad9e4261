import Npy
import Tensors

/// Formats that people have models in and that are not read.
public enum ForeignFormat: String, Sendable, CaseIterable {
  case zip, hdf5, pickle, gzip, lfsPointer

  /// What the file is, and what to do.
  var advice: String {
    switch self {
    case .zip:
      "a zip archive with neither numpy arrays (.npy members) nor a PyTorch checkpoint (data.pkl) in it"
    case .hdf5: "HDF5 files (.h5) are not supported; save the weights as .safetensors"
    case .pickle:
      "a Python pickle outside of a zip archive, as PyTorch wrote them before version 1.6, is not read; "
        + "save it again with a newer torch, or as .safetensors"
    case .gzip: "a gzip file; unpack it first (gunzip)"
    case .lfsPointer: "a Git LFS pointer, not the file itself; run `git lfs pull` where it came from"
    }
  }

  fileprivate var magic: [UInt8] {
    switch self {
    case .zip: Array("PK\u{3}\u{4}".utf8)
    case .hdf5: [0x89] + Array("HDF".utf8)
    case .pickle: [0x80]
    case .gzip: [0x1f, 0x8b]
    case .lfsPointer: Array("version https://git-lfs".utf8)
    }
  }
}

/// What a file is by its first bytes.
enum FileFormat: Equatable {
  case npy
  case safetensors
  /// .npz, PyTorch's, or something else.
  case zip
  /// JSON; a model only where it is an index of shards.
  case json
  case gguf
  case foreign(ForeignFormat)
  case unknown

  static let prefixByteCount = 32

  /// - Parameters:
  ///   - prefix: the first bytes of the file.
  ///   - path: its name decides only where the content tells nothing, and then only which error is reported.
  init(prefix: [UInt8], path: String) {
    if prefix.starts(with: Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) })) {
      self = .npy
    } else if prefix.starts(with: GGUFFormat.magic) {
      self = .gguf
    } else if Self.looksLikeSafetensors(prefix) {
      self = .safetensors
    } else if Self.looksLikeZip(prefix) {
      self = .zip
    } else if path.hasSuffix(".safetensors") && !prefix.starts(with: ForeignFormat.lfsPointer.magic) {
      self = .safetensors
    } else if let foreign = Self.foreign(prefix) {
      self = .foreign(foreign)
    } else if path.hasSuffix(".npy") {
      self = .npy
    } else if path.hasSuffix(".index.json") {
      self = .json
    } else {
      let blanks = Array(" \t\r\n".utf8)
      self = prefix.first { !blanks.contains($0) } == UInt8(ascii: "{") ? .json : .unknown
    }
  }

  /// What an open file is.
  init(_ file: FileSource) throws {
    var prefix = [UInt8](repeating: 0, count: min(file.byteCount, Self.prefixByteCount))
    try prefix.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    self.init(prefix: prefix, path: file.file.path)
  }

  /// Eight bytes of a length that the format allows, then `{`.
  private static func looksLikeSafetensors(_ prefix: [UInt8]) -> Bool {
    let start = SafetensorsFormat.lengthByteCount
    guard prefix.count > start, prefix[start] == UInt8(ascii: "{") else { return false }
    let length = prefix[..<start].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    return length <= SafetensorsFormat.maximumHeaderByteCount
  }

  /// A member's header, the end record of an empty archive, or the mark of one that was to be in several parts.
  private static func looksLikeZip(_ prefix: [UInt8]) -> Bool {
    prefix.starts(with: Array("PK".utf8)) && prefix.count >= 4
      && [[3, 4], [5, 6], [7, 8]].contains(Array(prefix[2..<4]))
  }

  /// A pickle has a version from 2 to 5 in its second byte.
  private static func foreign(_ prefix: [UInt8]) -> ForeignFormat? {
    ForeignFormat.allCases.first { format in
      prefix.starts(with: format.magic)
        && (format != .pickle || prefix.count > 1 && (2...5).contains(prefix[1]))
    }
  }
}
