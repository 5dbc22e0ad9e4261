import Tensors

@testable import Npy

/// Bytes of a .npy file with the header given in words; the length field is `headerByteCount` if that is given.
func npyFile(
  _ header: some Sequence<UInt8>, version: (UInt8, UInt8) = (1, 0), headerByteCount: Int? = nil,
  data: [UInt8] = []
) -> [UInt8] {
  let header = Array(header)
  let count = headerByteCount ?? header.count
  var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version.0, version.1]
  for index in 0..<(version.0 == 1 ? 2 : 4) { bytes.append(UInt8(truncatingIfNeeded: count >> (8 * index))) }
  return bytes + header + data
}

/// A header as numpy writes it, without padding.
func npyHeader(_ descr: String = "'<f4'", order: String = "False", shape: String = "(2,)") -> String.UTF8View
{
  "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }\n".utf8
}

func parse(_ file: [UInt8]) throws(NpyError) -> NpyHeader {
  let result: Result<NpyHeader, NpyError> = file.withUnsafeBytes { bytes in
    do throws(NpyError) {
      return .success(try NpyHeader.parse(prefix: bytes, fileByteCount: bytes.count))
    } catch { return .failure(error) }
  }
  return try result.get()
}

extension ByteSource {
  /// All bytes, read in pieces of `chunk`.
  func allBytes(chunk: Int = 1 << 16) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xee, count: byteCount)
    try bytes.withUnsafeMutableBytes { buffer in
      for start in stride(from: 0, to: byteCount, by: chunk) {
        let part = buffer[start..<min(byteCount, start + chunk)]
        try read(at: start, into: UnsafeMutableRawBufferPointer(rebasing: part))
      }
    }
    return bytes
  }
}

struct ArraySink: ByteSink {
  var bytes: [UInt8] = []

  mutating func write(_ bytes: UnsafeRawBufferPointer) { self.bytes += bytes }
}
