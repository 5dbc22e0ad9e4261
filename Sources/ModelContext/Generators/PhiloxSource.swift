import CKernels
import Tensors

/// How a preset's tensor is initialised.
enum Fill: Sendable, Hashable {
  case zeros
  case ones
  /// Mean 0.
  case normal(std: Float)
  /// In [-bound, bound).
  case uniform(bound: Float)
}

/// Tensors from the counter-based generator Philox4x32-10: any range can be made by any core, and the result
/// depends on the seed alone.
///
/// Key = seed; counter = (block of four elements, tensor ordinal): see `philox.c`. Values are made as float32
/// and rounded to nearest even where the dtype is float16 or bfloat16.
struct PhiloxSource: TensorSource {
  let tensors: [TensorInfo]
  let fills: [Fill]
  let seed: UInt64

  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    let size = tensors[index].dtype.itemSize
    let lead = offset % size
    let aligned = lead == 0 && buffer.count % size == 0 && Int(bitPattern: buffer.baseAddress) % size == 0
    if aligned {
      fill(tensor: index, from: offset / size, into: buffer)
      return
    }
    let count = (lead + buffer.count + size - 1) / size
    withUnsafeTemporaryAllocation(byteCount: count * size, alignment: 16) { whole in
      fill(tensor: index, from: offset / size, into: whole)
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[lead..<lead + buffer.count]))
    }
  }

  private func fill(tensor index: Int, from first: Int, into buffer: UnsafeMutableRawBufferPointer) {
    let dtype = tensors[index].dtype
    if dtype == .float32 {
      generate(tensor: index, from: first, into: buffer.bindMemory(to: Float.self))
      return
    }
    let out = buffer.bindMemory(to: UInt16.self)
    let step = 8192
    withUnsafeTemporaryAllocation(of: Float.self, capacity: min(step, max(1, out.count))) { values in
      var done = 0
      while done < out.count {
        let part = UnsafeMutableBufferPointer(rebasing: values[..<min(step, out.count - done)])
        generate(tensor: index, from: first + done, into: part)
        for (i, value) in part.enumerated() {
          out[done + i] = dtype == .bfloat16 ? bfloat16Bits(value) : Float16(value).bitPattern
        }
        done += part.count
      }
    }
  }

  private func generate(tensor index: Int, from first: Int, into out: UnsafeMutableBufferPointer<Float>) {
    guard let base = out.baseAddress else { return }
    let ordinal = UInt32(truncatingIfNeeded: index)
    switch fills[index] {
    case .zeros: out.update(repeating: 0)
    case .ones: out.update(repeating: 1)
    case .normal(let std):
      slotscope_philox_normal_f32(seed, ordinal, UInt64(first), base, out.count, 0, std)
    case .uniform(let bound):
      slotscope_philox_uniform_f32(seed, ordinal, UInt64(first), base, out.count, -bound, bound)
    }
  }

  /// Round to nearest, ties to even; the values here are finite.
  private func bfloat16Bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
  }
}
