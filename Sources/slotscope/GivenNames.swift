import Foundation
import Tensors

/// What was given that may name a file.
enum GivenNames {
  /// - Throws: where one is not UTF-8: as text it would be the name of another file, and that would be written to.
  static func check() throws(NameError) {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      try check(CommandLine.unsafeArgv[index].map { UnsafePointer($0) }, "an argument")
    }
    try check(getenv("SLOTSCOPE_STORE").map { UnsafePointer($0) }, "$SLOTSCOPE_STORE")
    let folder = getcwd(nil, 0)
    defer { free(folder) }
    try check(folder.map { UnsafePointer($0) }, "the folder that this was started in")
  }

  private static func check(_ name: UnsafePointer<CChar>?, _ what: String) throws(NameError) {
    guard let name, String(validatingCString: name) == nil else { return }
    let bytes = UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) }
    throw NameError(what: what, name: PathText.escaped(bytes))
  }
}

struct NameError: Error, CustomStringConvertible {
  let what: String
  /// With the bytes that are not UTF-8 as `\xE9`.
  let name: String

  var description: String { "\(name): \(what) that is not UTF-8, as names of files must be here" }
}
