import Tensors

/// Formats that weights are written in.
public enum ExportFormat: String, Sendable, CaseIterable {
  case safetensors, npy, npz

  /// By the extension of a file's name; nil where it is none of them.
  public init?(path: String) {
    let name = path.lowercased()
    guard let format = Self.allCases.first(where: { name.hasSuffix("." + $0.rawValue) }) else { return nil }
    self = format
  }

  /// The dtype that tensors of `dtype` are written with: the same where the format has it, else float32, which holds
  /// every value of the small and quantised floats.
  ///
  /// - Returns: nil where no dtype of the format holds all that these tensors hold.
  public func dtype(for dtype: DType) -> DType? {
    switch self {
    case .safetensors:
      if SafetensorsFormat.name(of: dtype) != nil { return dtype }
      return dtype.isQuantised ? .float32 : nil
    // bfloat16 as ml_dtypes writes it; what numpy has no dtype for would be bytes without a meaning.
    case .npy: return dtype.arrayDType == dtype ? dtype : .float32
    // Who opens an archive wants numbers.
    case .npz: return dtype == .bfloat16 || dtype.arrayDType != dtype ? .float32 : dtype
    }
  }
}
