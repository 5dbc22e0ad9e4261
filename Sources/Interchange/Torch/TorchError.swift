import Npy

/// Why a zip archive is no PyTorch file that can be read, one case per way.
public enum TorchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// More than one `data.pkl`.
  case severalPickles(String, String)
  case torchScript
  /// Neither `little` nor `big`.
  case badByteOrder(String)

  // The pickle; offsets are of its bytes.
  case pickleTooLong(byteCount: Int)
  /// It ends inside an instruction, or before the last one.
  case pickleTruncated
  case trailingBytes(count: Int)
  case unsupportedProtocol(UInt8)
  case unknownOpcode(UInt8, offset: Int)
  /// An instruction that makes objects or calls code.
  case forbiddenOpcode(String, offset: Int)
  /// A name of something that is not needed for tensors.
  case forbiddenGlobal(String)
  case emptyStack(offset: Int)
  case missingMemo(offset: Int)
  case textNotUTF8(offset: Int)
  /// An instruction with values of the wrong kind.
  case misusedOpcode(String, offset: Int)
  /// A call with other arguments than the function has.
  case badArguments(String)
  /// A persistent id that names no storage.
  case badPersistentID(offset: Int)
  /// More values than a file of tensors has.
  case tooManyValues

  // What the pickle holds.
  case noTensors
  /// Containers in containers, without end perhaps.
  case tooDeep
  /// A key that is neither text nor a number.
  case badKey(in: String)
  case nameTooLong(byteCount: Int)
  case duplicateName(String)
  case badShape(tensor: String)
  case tooManyDimensions(Int)
  case tooLarge(tensor: String)
  /// Elements lie outside of the tensor's storage.
  case outsideStorage(tensor: String)
  /// Strides by which elements overlap.
  case overlappingStrides(tensor: String)
  case missingStorage(tensor: String, key: String)
  case wrongStorageSize(key: String, expected: Int, actual: Int)
  /// Tensors that together are out of all proportion to the file.
  case inflated(byteCount: Int, fileByteCount: Int)

  public var description: String {
    switch self {
    case .severalPickles(let one, let other):
      "the PyTorch file has two pickles, \(quoted(one)) and \(quoted(other))"
    case .torchScript:
      "a TorchScript archive holds code as well, and is not read; "
        + "save the weights: torch.save(module.state_dict(), …), or .safetensors"
    case .badByteOrder(let text):
      "the PyTorch file has the byte order \(quoted(text)), neither little nor big"
    case .pickleTooLong(let count):
      "the PyTorch file's pickle is \(count) bytes long, more than the \(TorchFormat.maximumPickleByteCount) allowed"
    case .pickleTruncated: "the PyTorch file's pickle is cut short"
    case .trailingBytes(let count): "the PyTorch file's pickle has \(count) bytes after its end"
    case .unsupportedProtocol(let version):
      "the PyTorch file's pickle is of protocol \(version) (2 to 5 are read)"
    case .unknownOpcode(let byte, let offset):
      "the PyTorch file's pickle has an unknown instruction \(byte) (at its byte \(offset))"
    case .forbiddenOpcode(let name, let offset):
      "the PyTorch file's pickle has the instruction \(name) (at its byte \(offset)), which tensors do not need; "
        + Self.advice
    case .forbiddenGlobal(let name):
      "the PyTorch file's pickle asks for \(quoted(name, limit: 200)), which is not known to be harmless; "
        + Self.advice
    case .emptyStack(let offset):
      "the PyTorch file's pickle is damaged: an instruction lacks its values (at its byte \(offset))"
    case .missingMemo(let offset):
      "the PyTorch file's pickle is damaged: it refers to what was never stored (at its byte \(offset))"
    case .textNotUTF8(let offset):
      "the PyTorch file's pickle has a text that is not UTF-8 (at its byte \(offset))"
    case .misusedOpcode(let name, let offset):
      "the PyTorch file's pickle is damaged: \(name) with values of the wrong kind (at its byte \(offset))"
    case .badArguments(let name):
      "the PyTorch file's pickle calls \(name) with arguments that it does not take"
    case .badPersistentID(let offset):
      "the PyTorch file's pickle has a persistent id that names no storage (at its byte \(offset))"
    case .tooManyValues: "the PyTorch file's pickle has more values than any file of tensors"
    case .noTensors: "the PyTorch file holds no tensors"
    case .tooDeep:
      "the PyTorch file has more than \(TorchFormat.maximumDepth) containers inside each other"
    case .badKey(let path):
      "the PyTorch file has a dictionary \(quoted(path)) with a key that is no text or number"
    case .nameTooLong(let count):
      "the PyTorch file has a name of \(count) bytes, more than the \(TorchFormat.maximumNameByteCount) allowed"
    case .duplicateName(let name): "the PyTorch file has two tensors \(quoted(name))"
    case .badShape(let tensor): "\(of(tensor)) has a size and strides that are no lists of integers from 0 up"
    case .tooManyDimensions(let count):
      "the PyTorch file has a tensor of \(count) dimensions, more than the \(SafetensorsHeader.maximumDimensions) allowed"
    case .tooLarge(let tensor): "\(of(tensor)) is larger than any memory"
    case .outsideStorage(let tensor): "\(of(tensor)) has elements outside of its storage"
    case .overlappingStrides(let tensor): "\(of(tensor)) has strides by which its elements overlap"
    case .missingStorage(let tensor, let key):
      "\(of(tensor)) is in the storage \(quoted(key)), which is not there"
    case .wrongStorageSize(let key, let expected, let actual):
      "the PyTorch file's storage \(quoted(key)) has \(actual) bytes, and should have \(expected)"
    case .inflated(let count, let file):
      "the PyTorch file's \(file) bytes would become \(count), out of all proportion"
    }
  }

  private static let advice =
    "nothing of it was run. Save the weights alone: torch.save(model.state_dict(), …), or .safetensors"

  private func of(_ tensor: String) -> String { "tensor \(quoted(tensor))" }
}
