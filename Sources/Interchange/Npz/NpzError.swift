import Npy

/// Why a zip archive is no .npz file that can be read, one case per way; or why one can't be written.
public enum NpzError: Error, Equatable, Sendable, CustomStringConvertible {
  case noArrays
  /// A member that is no .npy file by its name.
  case foreignMember(String)
  /// A member called `.npy`.
  case unnamedArray
  case array(name: String, NpyError)
  /// A tensor's name that would lead out of the archive's folder, has control characters, or is too long.
  case unsafeName(String)
  case duplicateName(String)

  public var description: String {
    switch self {
    case .noArrays: "the .npz archive holds no arrays"
    case .foreignMember(let name):
      "the .npz archive has a member \(quoted(name)) that is no .npy file; take it out first"
    case .unnamedArray: "the .npz archive has an array without a name (a member ‘.npy’)"
    case .array(let name, let error): "array \(quoted(name)): \(error)"
    case .unsafeName(let name):
      "a tensor named \(quoted(name)) can't be a member of an .npz archive: it would lead out of its folder, has "
        + "control characters or backslashes, or is too long"
    case .duplicateName(let name):
      "two tensors are named \(quoted(name)), and an .npz archive has each name once"
    }
  }
}
