import Foundation
import Tensors
import Testing

struct FileTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  private func file(_ bytes: [UInt8]) throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("f").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("a mapping from any offset holds the file's bytes")
  func mapping() throws {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    let opened = try OpenFile(path: file(bytes))
    let region = try ByteRegion.mapping(opened, from: 4097, byteCount: 100)
    region.withUnsafeBytes { #expect($0.elementsEqual(bytes[4097..<4197])) }
    #expect(throws: FileError.self) { try ByteRegion.mapping(opened, from: 9_950, byteCount: 100) }
    #expect(throws: FileError.self) { try ByteRegion.mapping(opened, from: 0, byteCount: .max) }
  }

  @Test("a file that shrinks while it is read is an error that says so")
  func shrinks() throws {
    let path = try file([UInt8](repeating: 1, count: 1000))
    let source = try FileSource(OpenFile(path: path))
    truncate(path, 500)
    var buffer = [UInt8](repeating: 0, count: 1000)
    #expect(throws: FileError.truncated(path: path, expected: 1000, actual: 500)) {
      try buffer.withUnsafeMutableBytes { try source.read(at: 0, into: $0) }
    }
  }

  @Test("a FIFO, a folder and a missing file are refused at once")
  func kinds() throws {
    let path = try file([])
    let fifo = path + ".fifo"
    mkfifo(fifo, 0o600)
    #expect(throws: FileError.notRegular(path: fifo, kind: "a FIFO")) { try OpenFile(path: fifo) }
    #expect(throws: FileError.notRegular(path: folder.path, kind: "a folder")) {
      try OpenFile(path: folder.path)
    }
    #expect(throws: FileError.notFound(path: path + "x")) { try OpenFile(path: path + "x") }
    symlink(path, path + ".link")
    #expect(throws: FileError.notRegular(path: path + ".link", kind: "a symbolic link")) {
      try OpenFile(path: path + ".link", followsLinks: false)
    }
  }

  @Test(
    "sizes read as people write them",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (9_200, "9.2 KB"), (497_759_232, "497.8 MB"),
      (999_950, "1.0 MB"), (1_100_000_000_000, "1.1 TB"),
    ])
  func sizes(bytes: Int, text: String) {
    #expect(ByteSize.text(bytes) == text)
  }
}
