import Npy
import StrictJSON
import Tensors

/// Why bytes are no safetensors file that can be read, one case per way.
public enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file ends inside the eight bytes of the header's length.
  case tooShort(byteCount: Int)
  /// More than the format allows.
  case headerTooLong(byteCount: UInt64)
  /// The file ends inside the header.
  case headerTruncated(expected: Int, actual: Int)
  /// The header's first byte is no `{`.
  case headerNotObject
  /// The header is not JSON; the offset is from its first byte.
  case header(JSONError)
  case noTensors
  case duplicateName(String)
  /// `__metadata__` is not an object of strings.
  case metadataNotStrings
  case entryNotObject(tensor: String)
  case missingField(tensor: String, field: String)
  case duplicateField(tensor: String, field: String)
  case unknownField(tensor: String, field: String)
  case dtypeNotString(tensor: String)
  case unknownDType(tensor: String, dtype: String)
  case badShape(tensor: String)
  case tooManyDimensions(tensor: String)
  /// The number of bytes does not fit 63 bits.
  case shapeTooLarge(tensor: String)
  /// A packed dtype whose elements are no whole number of bytes.
  case partialByte(tensor: String, dtype: DType)
  /// Not a pair of integers in order.
  case badOffsets(tensor: String)
  /// The offsets hold another number of bytes than shape and dtype ask for.
  case wrongSize(tensor: String, expected: Int, actual: Int)
  /// The tensor ends behind the end of the file; counts of data bytes.
  case dataTruncated(tensor: String, end: Int, actual: Int)
  /// Bytes before the tensor that belong to none.
  case hole(tensor: String, byteCount: Int)
  case overlap(tensor: String, other: String)
  /// Bytes behind the last tensor.
  case trailingBytes(count: Int)

  public var description: String {
    switch self {
    case .tooShort(let count): "a safetensors file cut short: only \(count) bytes"
    case .headerTooLong(let count):
      "the safetensors header says that it is \(count) bytes long, more than the 100,000,000 allowed"
    case .headerTruncated(let expected, let actual):
      "the safetensors file ends inside its header (\(expected) bytes expected, \(actual) found); "
        + "copy or download it again"
    case .headerNotObject: "not a safetensors file (its header does not begin with '{')"
    case .header(let error): "the safetensors header is damaged: \(error)"
    case .noTensors: "the safetensors file holds no tensors"
    case .duplicateName(let name): "the safetensors header names \(quoted(name)) twice"
    case .metadataNotStrings: "the safetensors header's __metadata__ is not an object of strings"
    case .trailingBytes(let count): "the safetensors file has \(count) bytes after its last tensor"
    case .entryNotObject(let tensor): "\(of(tensor)) is described by something that is no object"
    case .missingField(let tensor, let field): "\(of(tensor)) has no \(quoted(field))"
    case .duplicateField(let tensor, let field): "\(of(tensor)) has \(quoted(field)) twice"
    case .unknownField(let tensor, let field): "\(of(tensor)) has an unknown field \(quoted(field))"
    case .dtypeNotString(let tensor): "\(of(tensor)) has a dtype that is no string"
    case .unknownDType(let tensor, let dtype): "\(of(tensor)) has an unknown dtype \(quoted(dtype))"
    case .badShape(let tensor): "\(of(tensor)) has a shape that is no list of integers from 0 up"
    case .tooManyDimensions(let tensor):
      "\(of(tensor)) has more than \(SafetensorsHeader.maximumDimensions) dimensions"
    case .shapeTooLarge(let tensor): "\(of(tensor)) has a shape larger than any memory"
    case .partialByte(let tensor, let dtype):
      "\(of(tensor)) is no whole number of bytes: \(dtype.rawValue) comes in packs of "
        + "\(dtype.elementsPerBlock) elements"
    case .badOffsets(let tensor): "\(of(tensor)) has data_offsets that are no pair of integers in order"
    case .wrongSize(let tensor, let expected, let actual):
      "\(of(tensor)) has \(actual) bytes, but its shape and dtype ask for \(expected)"
    case .dataTruncated(let tensor, let end, let actual):
      "the safetensors file is cut short: \(of(tensor)) ends at data byte \(end) of \(actual); "
        + "copy or download it again"
    case .hole(let tensor, let count): "\(count) bytes before \(of(tensor)) belong to no tensor"
    case .overlap(let tensor, let other): "\(of(tensor)) overlaps \(quoted(other))"
    }
  }

  private func of(_ tensor: String) -> String { "tensor \(quoted(tensor))" }
}
