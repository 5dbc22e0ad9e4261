import Foundation

// What libFuzzer calls. All targets are in one program; the name it was called by says which one is meant.

private let target: FuzzTarget = {
  let name = CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? ""
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    FileHandle.standardError.write(Data("there is no fuzz target \(name)\n".utf8))
    exit(2)
  }
  return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target.check(UnsafeRawBufferPointer(start: start, count: count))
  } catch {
    FileHandle.standardError.write(Data("\(target): \(error)\n".utf8))
    abort()
  }
  return 0
}
