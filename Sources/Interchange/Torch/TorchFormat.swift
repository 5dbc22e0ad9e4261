// PyTorch's files since version 1.6 (torch.save; torch/serialization.py): a zip archive of stored members in one
// folder, whatever its name:
//
//   data.pkl      a pickle, usually of protocol 2. Tensors in it are calls of torch._utils._rebuild_tensor_v2(storage,
//                 offset, size, stride, …), their storages persistent ids ('storage', type, key, device, count); offset,
//                 stride and count are in elements, and of an UntypedStorage in bytes
//   data/<key>    the bytes of each storage
//   byteorder     `little` or `big`; little-endian where it is missing
//   version, .data/…, .format_version, .storage_alignment: of no interest here
//
// A pickle is a program for a machine with a stack, which may call any function by its name. Here it runs on a machine
// that has no functions: it knows the few names by which tensors are stored, makes dictionaries, lists, tuples, numbers
// and strings, and refuses everything else. TorchScript archives (torch.jit.save: `constants.pkl` and `code/` beside
// data.pkl) hold classes and code, and are not read.

enum TorchFormat {
  static let pickleName = "data.pkl"
  static let scriptNames = ["constants.pkl", "code/"]

  /// A pickle has some 250 bytes for each tensor.
  static let maximumPickleByteCount = 32 << 20
  /// Values in all the containers of a pickle, and of its stack and its memo each.
  static let maximumValueCount = 2_000_000
  /// Tensors, and containers wherever they are: a shared one counts each time that it is come to.
  static let maximumVisitCount = 200_000
  static let maximumDepth = 64
  static let maximumNameByteCount = 2048
  /// Of all tensors' names together.
  static let maximumNamesByteCount = 64 << 20
  /// Tensors may share storages, and repeat elements by a stride of 0: together they may be this many times the file, as
  /// deflated data might be.
  static let maximumRatio = ZipFormat.maximumRatio
}
