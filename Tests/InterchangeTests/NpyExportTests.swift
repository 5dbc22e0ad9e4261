import Foundation
import ModelContext
import Npy
import Tensors
import Testing

@testable import Interchange

@Suite struct NpyExportTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/out.npy" }

  init() throws { folder = try TemporaryFolder() }

  /// Two tensors, of which the second counts up.
  private struct Counting: TensorSource {
    func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
      for place in buffer.indices {
        buffer[place] = index == 0 ? 0xff : UInt8(truncatingIfNeeded: offset + place)
      }
    }
  }

  private struct Failing: ByteSource {
    let byteCount = 8 << 20
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
      if offset > 0 { throw FileError.notFound(path: "gone") }
    }
  }

  @Test("a tensor is written with its dtype and shape, bfloat16 as V2")
  func tensor() throws {
    let tensors = try [info("a", .int8, [4]), info("b", .bfloat16, [2, 3])]
    try NpyExport.write(tensor: 1, of: tensors, source: Counting(), to: path)
    #expect(try contents(path) == NpyHeader.encode(dtype: .bfloat16, shape: [2, 3]) + Array(0..<12))
    #expect(try folder.names == ["out.npy"])
    let file = try ModelFiles().open(path)
    #expect(try file.tensors == [info("", .bfloat16, [2, 3])])
  }

  @Test("data longer than a chunk, and none, with progress")
  func lengths() throws {
    let progress = WorkProgress()
    let long = try info("", .uint8, [9_000_001])
    try NpyExport.write(tensor: 0, of: [long], source: Counting(), to: path, progress: progress)
    #expect(try contents(path).count == 128 + 9_000_001)
    #expect(progress.completed == 9_000_001)
    let none = try info("", .float64, [0, 3])
    try NpyExport.write(none, data: ByteRegion([UInt8]()), to: path, overwriting: true)
    #expect(try contents(path) == NpyHeader.encode(dtype: .float64, shape: [0, 3]))
  }

  @Test("a file that is there stays as it is unless overwriting is asked for")
  func overwriting() throws {
    _ = try folder.file("out.npy", [7])
    let one = try info("", .uint8, [1])
    #expect(throws: InterchangeError.alreadyExists(path: path)) {
      try NpyExport.write(one, data: ByteRegion([UInt8(1)]), to: path)
    }
    #expect(try contents(path) == [7])
    #expect(try folder.names == ["out.npy"])
    try NpyExport.write(one, data: ByteRegion([UInt8(1)]), to: path, overwriting: true)
    #expect(try contents(path).last == 1)
    #expect(try folder.names == ["out.npy"])
  }

  @Test("a file that appears while writing is not overwritten")
  func race() throws {
    let file = try StagedFile(for: path, overwriting: false)
    _ = try folder.file("out.npy", [7])
    #expect(throws: InterchangeError.alreadyExists(path: path)) { try file.publish() }
    #expect(try contents(path) == [7])
  }

  @Test("a staged file has no name of its own left, published or not")
  func names() throws {
    do {
      let file = try StagedFile(for: path, overwriting: false)
      try [1 as UInt8].withUnsafeBytes { try file.write($0) }
      #expect(try folder.names.count == 1)
      #expect(try folder.names.first?.hasPrefix(".out.npy.") == true)
    }
    #expect(try folder.names == [])
  }

  @Test("an error or a cancellation in the middle leaves nothing behind")
  func failures() throws {
    let info = try info("", .uint8, [8 << 20])
    #expect(throws: FileError.notFound(path: "gone")) { try NpyExport.write(info, data: Failing(), to: path) }
    let progress = WorkProgress()
    progress.cancel()
    #expect(throws: CancellationError.self) {
      try NpyExport.write(info, data: Failing(), to: path, progress: progress)
    }
    let short = try TensorInfo(name: "", dtype: .uint8, shape: [9 << 20])
    #expect(throws: InterchangeError.npy(path: path, .tooLittleWritten(expected: 9 << 20, actual: 2))) {
      try NpyExport.write(short, data: ByteRegion([1, 2] as [UInt8]), to: path)
    }
    #expect(try folder.names == [])
  }

  @Test("what is no file is never replaced, and a link is written through")
  func destinations() throws {
    let one = try info("", .uint8, [1])
    let data = ByteRegion([UInt8(1)])
    #expect(throws: FileError.notRegular(path: "/dev/null", kind: "a device, FIFO or socket")) {
      try NpyExport.write(one, data: data, to: "/dev/null", overwriting: true)
    }
    #expect(throws: FileError.notRegular(path: folder.path, kind: "a folder")) {
      try NpyExport.write(one, data: data, to: folder.path, overwriting: true)
    }
    #expect(throws: InterchangeError.noFolder(path: folder.path + "/no/out.npy")) {
      try NpyExport.write(one, data: data, to: folder.path + "/no/out.npy")
    }
    let target = try folder.file("target", [7])
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "target")
    try NpyExport.write(one, data: data, to: path, overwriting: true)
    #expect(try contents(target).last == 1)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "target")
  }

  @Test("a name as long as a name can be is written")
  func longName() throws {
    let path = folder.path + "/" + String(repeating: "é", count: 127)
    try NpyExport.write(info("", .uint8, [1]), data: ByteRegion([UInt8(1)]), to: path)
    #expect(try contents(path).last == 1)
  }
}
