import ModelContext
import SlotStore
import Tensors

/// What one types into Python to have the weights of a slot, or one of its tensors: numpy maps the file that holds
/// them, and nothing is read before it is looked at.
///
/// The lines are those of FORMAT.md with all that the index knows filled in, so that they need no index.
package struct PythonLines: Sendable, Equatable {
  package let lines: [String]

  /// - Parameter name: of the tensor; nil for all.
  /// - Throws: `InspectionError.noTensor`.
  package init(_ details: SlotDetails, tensor name: String? = nil) throws(InspectionError) {
    let load = "np.load(\(Self.literal(details.weightFile)), mmap_mode=\"r\")"
    let tensors = details.tensors
    let wanted = tensors.filter { tensor in name.map { tensor.info.name.utf8.elementsEqual($0.utf8) } ?? true
    }
    if let name, wanted.isEmpty {
      throw InspectionError.noTensor(name: name, slot: details.summary.slotID)
    }
    let body: [String]
    if tensors.count <= 1 {
      body = tensors.first.map { Self.whole($0.info, load) } ?? ["weights = \(load)"]
    } else {
      let data = "data = \(load).reshape(-1).view(np.uint8)"
      body = [data] + (name == nil ? Self.table(of: tensors) : Self.one(wanted[0]))
    }
    let needsOthers = wanted.contains { Self.isKnownToOthers($0.info.dtype) }
    lines = ["import numpy as np"] + (needsOthers ? ["import ml_dtypes"] : []) + body
  }

  /// Small floats of whole bytes, which the package ml_dtypes teaches numpy.
  private static func isKnownToOthers(_ dtype: DType) -> Bool {
    dtype.elementsPerBlock == 1 && dtype != dtype.arrayDType
  }

  /// The array as the file holds it is the tensor.
  private static func whole(_ info: TensorInfo, _ load: String) -> [String] {
    switch info.dtype {
    case .bfloat16: return ["weights = \(float32(bits: "\(load).view(np.uint16)"))  # bfloat16"]
    case let dtype where isKnownToOthers(dtype):
      return ["weights = \(load).view(ml_dtypes.\(dtype.rawValue))"]
    case let dtype where dtype.elementsPerBlock > 1: return ["blocks = \(load)  # \(kind(of: info))"]
    default: return ["weights = \(load)"]
    }
  }

  private static func one(_ tensor: PlacedTensor) -> [String] {
    let bytes = slice(tensor)
    let shape = tuple(tensor.info.shape)
    switch tensor.info.dtype {
    case .bfloat16:
      return ["weights = \(float32(bits: "\(bytes).view(np.uint16)")).reshape(\(shape))  # bfloat16"]
    case let dtype where dtype.elementsPerBlock > 1: return ["blocks = \(bytes)  # \(kind(of: tensor.info))"]
    default: return ["weights = \(array(tensor))"]
    }
  }

  private static func table(of tensors: [PlacedTensor]) -> [String] {
    var lines: [String] = []
    if tensors.contains(where: { $0.info.dtype == .bfloat16 }) {
      lines.append("float32 = lambda bits: \(float32(bits: "bits"))  # of bfloat16")
    }
    lines.append("tensors = {")
    for tensor in tensors {
      let value: String
      let remark: String
      switch tensor.info.dtype {
      case .bfloat16:
        value = "\(slice(tensor)).view(np.uint16).reshape(\(tuple(tensor.info.shape)))"
        remark = "  # bits of bfloat16: float32(…) has the values"
      case let dtype where dtype.elementsPerBlock > 1:
        value = slice(tensor)
        remark = "  # \(kind(of: tensor.info))"
      default:
        value = array(tensor)
        remark = ""
      }
      lines.append("    \(literal(tensor.info.name)): \(value),\(remark)")
    }
    return lines + ["}"]
  }

  private static func float32(bits: String) -> String {
    "(\(bits).astype(np.uint32) << 16).view(np.float32)"
  }

  private static func slice(_ tensor: PlacedTensor) -> String {
    "data[\(tensor.offset):\(tensor.offset + tensor.info.byteCount)]"
  }

  private static func array(_ tensor: PlacedTensor) -> String {
    let dtype = tensor.info.dtype
    let name = isKnownToOthers(dtype) ? "ml_dtypes.\(dtype.rawValue)" : "\"\(dtype.rawValue)\""
    return "\(slice(tensor)).view(\(name)).reshape(\(tuple(tensor.info.shape)))"
  }

  /// `Q4_K [4096, 4096], the blocks as in a GGUF file`.
  private static func kind(of info: TensorInfo) -> String {
    let layout =
      info.dtype.isQuantised ? "the blocks as in a GGUF file" : "packed, the first in the lowest bits"
    return "\(info.dtype.rawValue) [\(info.shape.map(String.init).joined(separator: ", "))], \(layout)"
  }

  private static func tuple(_ shape: [Int]) -> String {
    shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
  }

  /// A string literal that holds the text, whatever is in it; what can't be seen is written as an escape.
  static func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case " "..."~": result.unicodeScalars.append(scalar)
      default: result += isSeen(scalar) ? String(scalar) : escape(scalar)
      }
    }
    return result + "\""
  }

  private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator,
      .spaceSeparator, .nonspacingMark, .enclosingMark, .spacingMark:
      false
    default: true
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    func padded(_ width: Int) -> String { String(repeating: "0", count: width - digits.count) + digits }
    if scalar.value < 0x100 { return "\\x" + padded(2) }
    return scalar.value < 0x10000 ? "\\u" + padded(4) : "\\U" + padded(8)
  }
}
