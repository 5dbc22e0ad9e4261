// The GGUF format, versions 2 and 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), all little-endian:
//
//   offset  bytes
//   0       4     "GGUF"
//   4       4     version: unsigned
//   8       8     T, the number of tensors: unsigned
//   16      8     K, the number of key-value pairs: unsigned
//   24      …     K key-value pairs: key (a string), type of the value (4 bytes), value
//   …       …     T tensor infos: name (a string), number of dimensions (4 bytes), the extents (8 bytes each, the
//                 fastest first), type (4 bytes), offset of the elements from the first data byte (8 bytes)
//   …       …     padding to a multiple of A
//   …       …     data: the tensors' elements, each tensor on a multiple of A
//
// A string is its length in bytes (8 bytes) and UTF-8, without a zero at its end. A value is a number, a bool of one byte
// (0 or 1), a string, or an array: type of the elements (4 bytes), their number (8 bytes), the elements; they may be
// arrays again. A, the alignment, is the value of `general.alignment`, a multiple of 8, and 32 where it is missing. No key
// and no tensor name occurs twice. The tensors cover the data without overlap, in any order; between two of them, and
// behind the last, is only what padding needs. (Version 1 had counts of 4 bytes; big-endian files say so nowhere but by
// the order of the bytes of their version.)
//
// The numbers for types are GGML's: `GGUFValueType` and `GGUFTensorType`.

enum GGUFFormat {
  static let magic = Array("GGUF".utf8)
  /// Magic, version and the two counts.
  static let headByteCount = 24
  static let versions: ClosedRange<UInt32> = 2...3

  static let architectureKey = "general.architecture"
  static let nameKey = "general.name"
  static let alignmentKey = "general.alignment"
  static let vocabularyKey = "tokenizer.ggml.tokens"

  static let defaultAlignment = 32
  static let alignmentUnit = 8
  static let maximumDimensions = 4

  /// An empty key, its type and a value of one byte.
  static let minimumPairByteCount = 13
  /// An empty name, no extents, type and offset.
  static let minimumTensorByteCount = 24

  // Limits of our own, all far beyond what models have.

  /// Pairs and tensor infos. 250,000 tokens with their scores and merges take ten million bytes.
  static let maximumHeaderByteCount = 64_000_000
  static let maximumPairCount: UInt64 = 100_000
  static let maximumTensorCount: UInt64 = 1_000_000
  /// The format allows keys of 65,535 bytes.
  static let maximumKeyByteCount = 65_535
  /// The format allows names of 64 bytes; some writers do not mind.
  static let maximumNameByteCount = 1024
  static let maximumAlignment = 1 << 20
  /// Arrays in arrays in …
  static let maximumDepth = 8

  /// A longer string is not kept, only its length.
  static let maximumStringByteCount = 65_536
  /// An array is kept as it is up to so many elements that take so many bytes when written as JSON; of a larger one, as of
  /// tokens and merges, or one of strings that are not UTF-8, only the number of elements is.
  static let maximumListCount: UInt64 = 256
  static let maximumListByteCount = 4096
}
