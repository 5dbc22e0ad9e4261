import Inspection
import ModelContext
import SlotStore
import Tensors

/// What of a slot is written to a file: the array as a whole, or one tensor.
struct WeightExport {
  let info: TensorInfo
  let data: any ByteSource

  init(_ weights: OpenedWeights, tensor name: String?, slot: Int) throws {
    let layout = weights.layout
    guard let name else {
      info = try TensorInfo(name: "", dtype: layout.dtype, shape: layout.shape)
      data = weights.data
      return
    }
    guard let tensor = layout.tensors.first(where: { $0.info.name == name }) else {
      throw InspectionError.noTensor(name: name, slot: slot)
    }
    info = tensor.info
    data = ByteRange(base: weights.data, start: tensor.offset, byteCount: tensor.info.byteCount)
  }
}

/// A range of another source.
private struct ByteRange: ByteSource {
  let base: any ByteSource
  let start: Int
  let byteCount: Int

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try base.read(at: start + offset, into: buffer)
  }
}
