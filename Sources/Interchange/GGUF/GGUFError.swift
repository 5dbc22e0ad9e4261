import Npy
import Tensors

/// Why bytes are no GGUF file that can be read, one case per way.
public enum GGUFError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file ends inside its first 24 bytes.
  case tooShort(byteCount: Int)
  case notGGUF
  case bigEndian
  /// With counts of 4 bytes; nothing writes it any more.
  case version1
  case unknownVersion(UInt32)
  /// More key-value pairs than the rest of the file could hold, or than are read.
  case tooManyPairs(UInt64)
  /// Likewise.
  case tooManyTensors(UInt64)
  case noTensors
  case truncated(inside: GGUFPart)
  /// A string longer than the rest of the file.
  case stringTooLong(GGUFPart, byteCount: UInt64, left: Int)
  /// Pairs and tensor infos of more bytes than are read.
  case headerTooLong
  case keyTooLong(pair: Int, byteCount: UInt64)
  case nameTooLong(tensor: Int, byteCount: UInt64)
  case notUTF8(GGUFPart)
  case duplicateKey(String)
  case unknownValueType(key: String, type: UInt32)
  case badBool(key: String, byte: UInt8)
  /// An array of more elements than the rest of the file could hold.
  case arrayTooLong(key: String, count: UInt64)
  case arrayTooDeep(key: String)
  /// The value of `general.alignment`.
  case badAlignment(String)
  case duplicateTensor(String)
  case tooManyDimensions(tensor: String, count: UInt32)
  /// The number of bytes does not fit 63 bits.
  case shapeTooLarge(tensor: String)
  /// Rows that are no whole number of the type's blocks.
  case partialBlock(tensor: String, row: Int, type: String, block: Int)
  case unalignedOffset(tensor: String, offset: UInt64, alignment: Int)
  /// The tensor ends behind the end of the file; counts of data bytes.
  case dataTruncated(tensor: String, end: UInt64, actual: Int)
  case overlap(tensor: String, other: String)
  /// More bytes before the tensor that belong to none than padding needs.
  case hole(tensor: String, byteCount: Int)
  /// More bytes behind the last tensor than padding needs.
  case trailingBytes(count: Int)

  public var description: String {
    switch self {
    case .tooShort(let count): "a GGUF file cut short: only \(count) bytes"
    case .notGGUF: "not a GGUF file (it does not begin with ‘GGUF’)"
    case .bigEndian: "a big-endian GGUF file is not supported; convert it to little-endian first"
    case .version1: "GGUF version 1 is not supported; convert the model again, to version 3"
    case .unknownVersion(let version): "GGUF version \(version) is not known; versions 2 and 3 are read"
    case .tooManyPairs(let count):
      "the GGUF file says that it has \(count) key-value pairs, more than it can hold or than are read"
    case .tooManyTensors(let count):
      "the GGUF file says that it has \(count) tensors, more than it can hold or than are read"
    case .noTensors: "the GGUF file holds no tensors"
    case .truncated(let part): "the GGUF file ends inside \(part); copy or download it again"
    case .stringTooLong(let part, let count, let left):
      "\(part) says that it is \(count) bytes long, but only \(left) are left; copy or download the file again"
    case .headerTooLong:
      "the GGUF file has more than \(GGUFFormat.maximumHeaderByteCount) bytes before its tensors' data"
    case .keyTooLong(let pair, let count): "key \(pair + 1) is \(count) bytes long"
    case .nameTooLong(let tensor, let count): "the name of tensor \(tensor + 1) is \(count) bytes long"
    case .notUTF8(let part): "\(part) is not UTF-8"
    case .duplicateKey(let key): "the GGUF file has the key \(quoted(key)) twice"
    case .unknownValueType(let key, let type): "\(value(key)) has an unknown type, \(type)"
    case .badBool(let key, let byte): "\(value(key)) is a bool that is \(byte), neither 0 nor 1"
    case .arrayTooLong(let key, let count):
      "\(value(key)) says that it has \(count) elements, more than the file can hold"
    case .arrayTooDeep(let key):
      "\(value(key)) has arrays in arrays, more than \(GGUFFormat.maximumDepth) deep"
    case .badAlignment(let text):
      "general.alignment is \(quoted(text)), not a power of two from \(GGUFFormat.alignmentUnit)"
        + " to \(GGUFFormat.maximumAlignment)"
    case .duplicateTensor(let name): "the GGUF file has two tensors of the name \(quoted(name))"
    case .tooManyDimensions(let tensor, let count):
      "\(of(tensor)) has \(count) dimensions, more than \(GGUFFormat.maximumDimensions)"
    case .shapeTooLarge(let tensor): "\(of(tensor)) has a shape larger than any memory"
    case .partialBlock(let tensor, let row, let type, let block):
      "\(of(tensor)) has rows of \(row) elements, which are no whole number of blocks of \(block), as \(type) has them"
    case .unalignedOffset(let tensor, let offset, let alignment):
      "\(of(tensor)) begins at data byte \(offset), which is no multiple of \(alignment)"
    case .dataTruncated(let tensor, let end, let actual):
      "the GGUF file is cut short: \(of(tensor)) ends at data byte \(end) of \(actual); copy or download it again"
    case .overlap(let tensor, let other): "\(of(tensor)) overlaps \(quoted(other))"
    case .hole(let tensor, let count): "\(count) bytes before \(of(tensor)) belong to no tensor"
    case .trailingBytes(let count): "the GGUF file has \(count) bytes after its last tensor"
    }
  }

  private func of(_ tensor: String) -> String { "tensor \(quoted(tensor))" }
  private func value(_ key: String) -> String { "the value of \(quoted(key))" }
}

/// A part of a GGUF file, for a message; numbers count from 0.
public enum GGUFPart: Equatable, Sendable, CustomStringConvertible {
  case key(pair: Int)
  case value(key: String)
  case name(tensor: Int)
  case info(tensor: String)

  public var description: String {
    switch self {
    case .key(let pair): "key \(pair + 1) of the GGUF file"
    case .value(let key): "the value of \(quoted(key))"
    case .name(let tensor): "the name of tensor \(tensor + 1) of the GGUF file"
    case .info(let tensor): "the description of tensor \(quoted(tensor))"
    }
  }
}
