import Npy
import Tensors

/// Why bytes are no zip archive that can be read, one case per way.
public enum ZipError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No end record: cut short, or no archive at all.
  case noEndRecord
  /// The archive is one of several parts.
  case severalDisks
  /// A number is all ones, and there is no zip64 end record that has it.
  case missingZip64Record
  /// The zip64 locator points to no zip64 end record right before it.
  case badZip64Record
  /// The zip64 end record and the end record disagree.
  case contradictoryEndRecords
  /// The directory does not lie right before the end records; counts of bytes.
  case directoryMisplaced(end: Int, expected: Int)
  case directoryTooLong(byteCount: UInt64)
  /// More entries than the directory's bytes can be.
  case tooManyMembers(count: UInt64)
  /// The directory has no entry where one should be; the offset is from the directory's first byte.
  case badEntry(offset: Int)
  /// The directory goes on behind its last entry.
  case trailingDirectoryBytes(count: Int)
  case nameNotUTF8(entry: Int)
  case duplicateName(String)
  /// An absolute path, one that climbs out of its folder, or one with control characters.
  case unsafeName(String)
  case encrypted(member: String)
  case unsupportedMethod(member: String, method: UInt16)
  /// An extra field goes beyond the extra fields, or lacks a number that it should have.
  case badExtraField(member: String)
  /// A size or offset that no file can have.
  case numberTooLarge(member: String)
  /// A stored member whose two sizes differ.
  case storedSizeMismatch(member: String, size: Int, storedSize: Int)
  /// More than deflate can make of so many bytes.
  case impossibleRatio(member: String, size: Int, compressedSize: Int)
  /// There is no local header where the directory says.
  case noLocalHeader(member: String)
  /// The local header says something else than the directory.
  case headerMismatch(member: String, field: String)
  /// The member reaches into the directory or beyond the file's end.
  case memberTruncated(member: String)
  /// The record behind the member's data is not as the directory has it.
  case badDescriptor(member: String)
  case overlap(member: String, other: String)
  /// No deflated data, or damaged ones.
  case corruptData(member: String)
  /// The deflated data end before the size that the directory says.
  case dataTooShort(member: String, expected: Int, actual: Int)
  /// The deflated data go on behind it.
  case dataTooLong(member: String, expected: Int)
  case checksumMismatch(member: String, expected: UInt32, actual: UInt32)

  public var description: String {
    switch self {
    case .noEndRecord:
      "the zip archive has no end record: it is cut short, or no archive; copy or download it again"
    case .severalDisks: "the zip archive is one of several parts; join them first"
    case .missingZip64Record: "the zip archive's end record refers to a zip64 record that is not there"
    case .badZip64Record: "the zip archive's zip64 locator does not point to a zip64 record right before it"
    case .contradictoryEndRecords: "the zip archive's two end records contradict each other"
    case .directoryMisplaced(let end, let expected):
      "the zip archive's directory ends at byte \(end), but its end record begins at \(expected)"
    case .directoryTooLong(let count):
      "the zip archive's directory is \(count) bytes long, more than the \(ZipFormat.maximumDirectoryByteCount) allowed"
    case .tooManyMembers(let count):
      "the zip archive says that it has \(count) members, more than its directory can hold"
    case .badEntry(let offset): "the zip archive's directory is damaged (at its byte \(offset))"
    case .trailingDirectoryBytes(let count):
      "the zip archive's directory has \(count) bytes after its last entry"
    case .nameNotUTF8(let entry): "the zip archive's member \(entry) has a name that is not UTF-8"
    case .duplicateName(let name): "the zip archive has \(quoted(name)) twice"
    case .unsafeName(let name):
      "the zip archive has a member \(quoted(name)): such a name leads out of its folder, or is no name"
    case .encrypted(let member): "\(of(member)) is encrypted"
    case .unsupportedMethod(let member, let method):
      "\(of(member)) is compressed by \(ZipFormat.methodName(method)), which is not supported (stored and deflated are)"
    case .badExtraField(let member): "\(of(member)) has damaged extra fields"
    case .numberTooLarge(let member): "\(of(member)) has a size or offset larger than any file"
    case .storedSizeMismatch(let member, let size, let stored):
      "\(of(member)) is stored, but has \(stored) bytes of \(size)"
    case .impossibleRatio(let member, let size, let compressed):
      "\(of(member)) says that its \(compressed) bytes become \(size), more than deflating can do"
    case .noLocalHeader(let member): "\(of(member)) is not where the archive's directory says"
    case .headerMismatch(let member, let field):
      "\(of(member)) has another \(field) in its own header than in the archive's directory"
    case .memberTruncated(let member):
      "\(of(member)) reaches beyond the archive's members; the archive is damaged"
    case .badDescriptor(let member):
      "\(of(member)) is followed by a record of its size and checksum that is not the directory's"
    case .overlap(let member, let other): "\(of(member)) overlaps \(quoted(other))"
    case .corruptData(let member): "\(of(member)) has damaged data, which can't be inflated"
    case .dataTooShort(let member, let expected, let actual):
      "\(of(member)) becomes only \(actual) of the \(expected) bytes that the archive's directory says"
    case .dataTooLong(let member, let expected):
      "\(of(member)) becomes more than the \(expected) bytes that the archive's directory says"
    case .checksumMismatch(let member, let expected, let actual):
      "\(of(member)) is damaged: its CRC-32 is \(hex(actual)), and should be \(hex(expected))"
    }
  }

  private func of(_ member: String) -> String { "the zip archive's member \(quoted(member))" }

  private func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
