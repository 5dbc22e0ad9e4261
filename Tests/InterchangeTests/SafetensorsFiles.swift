import Foundation
import Tensors

@testable import Interchange

/// Bytes of a safetensors file; the length field is `headerByteCount` if that is given.
func safetensors(_ header: String, headerByteCount: UInt64? = nil, data: [UInt8] = []) -> [UInt8] {
  let length = headerByteCount ?? UInt64(header.utf8.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
}

/// The header's text for one tensor.
func entry(_ name: String, _ dtype: String, _ shape: String, _ offsets: String) -> String {
  #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
}

func info(_ name: String, _ dtype: DType = .float32, _ shape: [Int]) throws -> TensorInfo {
  try TensorInfo(name: name, dtype: dtype, shape: shape)
}

/// A new folder, removed with the last reference.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "slotscope-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes `bytes` as a file of that name.
  ///
  /// - Returns: its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    return path + "/" + name
  }

  /// The names in it, hidden ones too.
  var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

func contents(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(fileURLWithPath: path))) }
