// The .npy format, versions 1.0, 2.0 and 3.0 (numpy/lib/format.py, NEP 1):
//
//   offset  bytes
//   0       6      magic: 0x93 "NUMPY"
//   6       1      major version
//   7       1      minor version
//   8       2 or 4 header length, little-endian: 2 bytes in version 1, 4 in 2 and 3
//   10/12   …      header: a Python dict literal with exactly the keys 'descr', 'fortran_order' and 'shape',
//                  padded with spaces and ended by a newline so that the data begins on a 64-byte boundary;
//                  Latin-1 in versions 1 and 2, UTF-8 in version 3
//   …       …      data: the elements, C order or (fortran_order) first axis fastest, to the end of the file
//
// 'descr' is a string for the plain dtypes ('<f4', '|b1') and a list for structured ones. 'shape' is a tuple:
// `()`, `(3,)`, `(3, 4)`. Padding and alignment are what writers do; readers do not ask for them.

enum NpyFormat {
  static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  /// Where the header's length stands, behind the magic and two bytes of version.
  static let lengthOffset = 8
  /// Data begin on multiples of this in files written by numpy and here.
  static let alignment = 64
  /// numpy reads no header longer than this unless told to (`max_header_size`), nor do we.
  static let maximumHeaderByteCount = 10_000
  /// numpy's limit, `NPY_MAXDIMS`.
  static let maximumDimensions = 64
  /// numpy leaves room for the first extent to grow to this many digits, so that one can append in place.
  static let growthDigits = 21

  /// Bytes before the header: magic, version and length.
  static func prefixByteCount(majorVersion: UInt8) -> Int { majorVersion == 1 ? 10 : 12 }
}
