import Foundation
import Testing

/// What `make fuzz` found, without the fuzzer: inputs that reach what it reached, and faults that are repaired.
@Suite struct FuzzingTests {
  @Test("every input that the fuzzer kept keeps its promises", arguments: FuzzTarget.all)
  func keptInputs(target: FuzzTarget) throws {
    let inputs = try KeptInputs.inputs(of: target)
    #expect(!inputs.isEmpty)
    for input in inputs { check(input, target) }
  }

  @Test("so do three thousand inputs made from them", arguments: FuzzTarget.all)
  func mutatedInputs(target: FuzzTarget) throws {
    var mutations = Mutations(of: try KeptInputs.inputs(of: target))
    for _ in 0..<3000 { check(mutations.next(atMost: target.maximumByteCount), target) }
  }

  @Test("a broken promise is told")
  func brokenPromises() {
    #expect(throws: BrokenPromise.self) { try promise(false, "sizes agree") }
    for text in ["\u{1b}[2J", "a\u{7f}", "\u{85}", "x\u{202e}y"] {
      #expect(throws: BrokenPromise.self) { try promisePlain(text) }
    }
    #expect(throws: BrokenPromise.self) { try promisePlain(String(repeating: "x", count: 5000)) }
    #expect(throws: Never.self) { try promisePlain("‘né’…") }
  }

  @Test("an input is kept as one line of text")
  func escapes() {
    let bytes = Array(0...255 as ClosedRange<UInt8>)
    let line = KeptInputs.escaped(bytes)
    #expect(line.hasPrefix(#"\x00\x01"#) && line.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    #expect(KeptInputs.unescaped(line[...]) == bytes)
  }

  private func check(_ input: [UInt8], _ target: FuzzTarget) {
    do {
      try input.withUnsafeBytes { try target.check($0) }
    } catch {
      Issue.record("\(error), by the input: \(KeptInputs.escaped(input))")
    }
  }
}

/// The files in `Inputs`: an input in each line, what is not plainly visible and the backslash as `\xNN`. What is in
/// `….txt` the fuzzer chose; in `….faults.txt` is what once was a fault.
enum KeptInputs {
  static func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let chosen = folder.appendingPathComponent("Inputs/\(target.name).txt")
    let faults = folder.appendingPathComponent("Inputs/\(target.name).faults.txt")
    let text =
      try String(contentsOf: chosen, encoding: .utf8)
      + ((try? String(contentsOf: faults, encoding: .utf8)) ?? "")
    return text.split(separator: "\n").map(unescaped)
  }

  static func unescaped(_ line: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = line.utf8[...]
    while let first = rest.popFirst() {
      if first == UInt8(ascii: "\\") {
        bytes.append(UInt8(String(rest.dropFirst().prefix(2)) ?? "", radix: 16) ?? 0)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(first)
      }
    }
    return bytes
  }

  static func escaped(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "\\") { return String(Unicode.Scalar(byte)) }
      return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
