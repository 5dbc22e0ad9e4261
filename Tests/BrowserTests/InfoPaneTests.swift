import Canvas
import Inspection
import ModelContext
import Testing

@testable import Browser
@testable import SlotStore
@testable import Tensors

@Suite("What the panes beside the list say of a slot")
struct InfoPaneTests {
  private func lines(
    _ slot: SlotSummary = sampleSlots[2], metadata: [String: String] = [:], recipe: Recipe? = nil,
    tensors: [TensorInfo]? = nil, width: Int = 60
  ) throws -> [String] {
    let pane = InfoPane(
      slot: slot, details: try details(slot, metadata: metadata, recipe: recipe, tensors: tensors),
      problem: nil, verification: nil, now: noon, isWhole: false)
    return pane.lines(width: width, glyphs: .unicode).map { $0.map(\.text).joined() }
  }

  @Test("metadata has a heading of its own, and without any there is none")
  func heading() throws {
    let lines = try lines(metadata: ["name": "MiniLM-L6-v2", "format": "pt", "license": "apache-2.0"])
    #expect(lines.dropFirst(6) == ["Metadata", "format         pt", "license        apache-2.0"])
    #expect(try self.lines(metadata: ["name": "MiniLM-L6-v2"]).count == 6)
  }

  @Test("the file that a slot was built from is named once, and another path of the metadata too")
  func source() throws {
    let recipe = Recipe(
      builder: "LLM", source: Recipe.SourceFile(path: "/models/mini.safetensors", md5: nil, byteCount: 1))
    let same = try lines(metadata: ["model_path": "/models/mini.safetensors"], recipe: recipe)
    #expect(same[1] == "built by       file /models/mini.safetensors")
    #expect(same.count == 6)
    let other = try lines(metadata: ["model_path": "/tmp/mini"], recipe: recipe)
    #expect(other.dropFirst(6) == ["Metadata", "model_path     /tmp/mini"])
  }

  @Test("dtypes are named as far as there is room")
  func dtypes() throws {
    let tensors = [
      try TensorInfo(name: "wte", dtype: .float32, shape: [512, 8]),
      try TensorInfo(name: "position_ids", dtype: .int64, shape: [512]),
    ]
    #expect(try lines(tensors: tensors)[3] == "weights        22,713,216 float32 + int64 · 90.9 MB")
    #expect(try lines(tensors: tensors, width: 44)[3] == "weights      22.7M float32 + int64 · 90.9 MB")
    #expect(try lines(tensors: tensors, width: 34)[3] == "weights  22.7M mixed · 90.9 MB")
  }

  @Test("bytes that are not the weights are called mixed, and bytes that are uint8")
  func mixed() {
    #expect(slot(1, parameters: 100, size: 400, dtype: "uint8").dtypeText == "mixed")
    #expect(slot(1, parameters: 100, size: 100, dtype: "uint8").dtypeText == "uint8")
    #expect(slot(1, parameters: 100, size: 400, dtype: "float32").dtypeText == "float32")
  }

  @Test("integers among floats are told beside mean and deviation, on the histogram's screen too")
  func note() throws {
    var shell = FakeShell(tensors: [
      7: [
        try TensorInfo(name: "wte", dtype: .float32, shape: [512, 8]),
        try TensorInfo(name: "position_ids", dtype: .int64, shape: [512]),
      ]
    ])
    #expect(shell.picture.contains("std 0.02  1 of 2 tensors is int64"))
    shell.press(.character("H"))
    #expect(shell.picture.contains("1 of 2 tensors is int64"))
    shell.press(.escape, .down)
    #expect(!shell.picture.contains("tensors is int64"))
  }

  @Test("a list on a screen of 150 columns shows checksums")
  func checksums() {
    #expect(!FakeShell(width: 148).picture.contains("CHECKSUM"))
    #expect(FakeShell(width: 150).picture.contains("CHECKSUM"))
  }
}
