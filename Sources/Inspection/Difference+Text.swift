import Foundation
import Statistics
import Tensors

/// The numbers of a difference as people read them, in commands and browser alike.
package enum DifferenceNumbers {
  /// A step or a ratio; empty where there is none.
  package static func size(_ value: Double?) -> String { value.map(Format.number) ?? "" }

  /// Six digits after the point: what matters of a cosine is how far from 1 it is.
  package static func cosine(_ value: Double?) -> String { value.map { String(format: "%.6f", $0) } ?? "" }
}

extension TensorDifference {
  /// What beside the values is to be said of it, in a few words: `only in A, float32 768 × 768`,
  /// `float32 → float16`, `3 not finite`.
  package var note: String {
    switch status {
    case .same: return "same"
    case .unknown: return ""
    case .onlyInA: return "only in A, " + Self.text(a)
    case .onlyInB: return "only in B, " + Self.text(b)
    case .changed: break
    }
    guard let a, let b else { return "" }
    var parts: [String] = []
    if dtypeChanged { parts.append("\(a.dtype.rawValue) → \(b.dtype.rawValue)") }
    if shapeChanged { parts.append("shape \(Shape.text(a.shape)) → \(Shape.text(b.shape))") }
    if let values {
      if values.allDiffering == 0 {
        parts.append(parts.isEmpty ? "equal values in other bits" : "equal values")
      }
      if values.notFinite > 0 { parts.append("\(Format.grouped(values.notFinite)) not finite") }
    }
    return parts.joined(separator: ", ")
  }

  private static func text(_ info: TensorInfo?) -> String {
    info.map { "\($0.dtype.rawValue) \(Shape.text($0.shape))" } ?? ""
  }

  /// Where element `index`, counted in C order, stands in an array of that shape.
  package static func place(of index: Int, in shape: [Int]) -> [Int] {
    var place: [Int] = []
    var rest = index
    for extent in shape.reversed() where extent > 0 {
      place.append(rest % extent)
      rest /= extent
    }
    return place.reversed()
  }
}
