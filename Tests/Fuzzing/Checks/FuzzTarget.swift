/// A parser and what is promised of it, for the fuzzer (`make fuzz`) and for the tests that run what it found.
struct FuzzTarget: Sendable, CustomStringConvertible {
  /// Of its inputs and of its dictionary, and of the program that fuzzes it.
  let name: String
  /// Longer inputs tell nothing new.
  let maximumByteCount: Int
  /// Parses and throws `BrokenPromise` where something that was accepted is not what was promised; a trap, a hang or
  /// memory that the input does not warrant is a fault as well.
  let check: @Sendable (UnsafeRawBufferPointer) throws -> Void

  static let all = [
    FuzzTarget(name: "JSON", maximumByteCount: 512, check: JSONFuzzer.check),
    FuzzTarget(name: "Npy", maximumByteCount: 512, check: NpyFuzzer.check),
    FuzzTarget(name: "Safetensors", maximumByteCount: 512, check: SafetensorsFuzzer.check),
    FuzzTarget(name: "ShardIndex", maximumByteCount: 512, check: ShardIndexFuzzer.check),
    FuzzTarget(name: "GGUF", maximumByteCount: 768, check: GGUFFuzzer.check),
    FuzzTarget(name: "Zip", maximumByteCount: 1024, check: ZipFuzzer.check),
    FuzzTarget(name: "Torch", maximumByteCount: 512, check: TorchFuzzer.check),
    FuzzTarget(name: "TensorTable", maximumByteCount: 512, check: TensorTableFuzzer.check),
    FuzzTarget(name: "IndexRow", maximumByteCount: 512, check: IndexRowFuzzer.check),
    FuzzTarget(name: "Digests", maximumByteCount: 512, check: DigestsFuzzer.check),
    FuzzTarget(name: "Profiles", maximumByteCount: 1024, check: ProfilesFuzzer.check),
    FuzzTarget(name: "Search", maximumByteCount: 384, check: SearchFuzzer.check),
    FuzzTarget(name: "Configuration", maximumByteCount: 512, check: ConfigurationFuzzer.check),
  ]

  var description: String { name }
}
