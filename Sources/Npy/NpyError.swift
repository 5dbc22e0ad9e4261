/// Why bytes are no .npy file that can be read, one case per way; or why one can't be written.
public enum NpyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The magic bytes are missing.
  case notNpy
  /// The file ends before the header begins.
  case tooShort(byteCount: Int)
  case unsupportedVersion(major: UInt8, minor: UInt8)
  /// The header is longer than numpy's limit of 10,000 bytes.
  case headerTooLong(byteCount: Int)
  /// The file ends inside the header.
  case headerTruncated(expected: Int, actual: Int)
  /// A version 3 header that is not UTF-8.
  case headerNotUTF8
  /// Not a Python dict literal; the offset is from the header's first byte.
  case malformedHeader(byteOffset: Int)
  case missingKey(String)
  case duplicateKey(String)
  case unexpectedKey(String)
  /// Something that is no numpy dtype.
  case badDescr(String)
  /// A numpy dtype that is not read here: object, string, structured, dates, …
  case unsupported(String)
  /// Neither `True` nor `False`.
  case badFortranOrder(String)
  /// Not a tuple.
  case badShape(String)
  /// `3.0`, `True`, `'3'`, …
  case extentNotInteger(String)
  case negativeExtent(String)
  case tooManyDimensions(Int)
  /// The number of bytes does not fit 63 bits.
  case shapeTooLarge(String)
  /// The file ends before the shape's last element; counts of data bytes.
  case dataTruncated(expected: Int, actual: Int)
  /// The file goes on behind the shape's last element.
  case trailingBytes(count: Int)
  /// More was written than the shape holds; counts of data bytes.
  case tooMuchWritten(expected: Int)
  /// Less was written than the shape holds; counts of data bytes.
  case tooLittleWritten(expected: Int, actual: Int)

  public var description: String {
    switch self {
    case .notNpy: "not a .npy file (it does not begin with \\x93NUMPY)"
    case .tooShort(let count): "a .npy file cut short: only \(count) bytes"
    case .unsupportedVersion(let major, let minor):
      "version \(major).\(minor) of the .npy format is not supported (1.0, 2.0 and 3.0 are)"
    case .headerTooLong(let count):
      "the .npy header says that it is \(count) bytes long, more than the \(NpyFormat.maximumHeaderByteCount) allowed"
    case .headerTruncated(let expected, let actual):
      "the .npy file ends inside its header (\(expected) bytes expected, \(actual) found)"
    case .headerNotUTF8: "the .npy header is not valid UTF-8"
    case .malformedHeader(let offset): "the .npy header is not a Python dict literal (at its byte \(offset))"
    case .missingKey(let key): "the .npy header has no \(quoted(key))"
    case .duplicateKey(let key): "the .npy header has \(quoted(key)) twice"
    case .unexpectedKey(let key): "the .npy header has an unknown key \(quoted(key))"
    case .badDescr(let descr): "the .npy header's descr \(quoted(descr)) is not a dtype"
    case .unsupported(let descr): NpyDescr.whyUnsupported(descr)
    case .badFortranOrder(let text):
      "the .npy header's fortran_order is \(quoted(text)), neither True nor False"
    case .badShape(let text): "the .npy header's shape is \(quoted(text)), not a tuple"
    case .extentNotInteger(let text): "the .npy header's shape has \(quoted(text)), not an integer"
    case .negativeExtent(let text): "the .npy header's shape has a negative extent \(quoted(text))"
    case .tooManyDimensions(let count):
      "an array of \(count) dimensions (numpy and .npy files have at most \(NpyFormat.maximumDimensions))"
    case .shapeTooLarge(let text): "the .npy header's shape \(quoted(text)) is larger than any memory"
    case .dataTruncated(let expected, let actual):
      "the .npy file is cut short (\(expected) bytes of data expected, \(actual) found)"
    case .trailingBytes(let count): "the .npy file has \(count) bytes after its data"
    case .tooMuchWritten(let expected): "more was written than the array's \(expected) bytes"
    case .tooLittleWritten(let expected, let actual):
      "only \(actual) of the array's \(expected) bytes were written"
    }
  }
}
