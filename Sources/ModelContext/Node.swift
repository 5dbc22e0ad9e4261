import Foundation
import Synchronization
import Tensors

/// Something that can build the context of one slot.
public protocol Node: Sendable {
  /// The slot that it builds for.
  var slotIndex: Int { get }

  /// What the context will hold. Nothing is generated or read yet but a file's header.
  ///
  /// - Throws: `NodeError`, or what is wrong with the file that the node is given.
  func plan() throws -> ContextPlan
}

extension Node {
  /// Builds the context in memory, on the calling thread.
  public func buildContext() throws -> Context {
    try plan().materialize()
  }

  /// Builds the context in memory, on a thread of its own.
  ///
  /// - Parameter progress: told of bytes done; cancelling it, or the task, ends the build with
  ///   `CancellationError` within a few milliseconds.
  public func buildContext(reporting progress: WorkProgress) async throws -> Context {
    let built = Built()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let thread = Thread {
          built.put(Result { try plan().materialize(reporting: progress) })
          continuation.resume()
        }
        thread.name = "slotscope.build"
        thread.start()
      }
    } onCancel: {
      progress.cancel()
    }
    return try built.take()
  }
}

/// What a build's thread leaves for the task that waits. The continuation does not carry it: one that is resumed
/// before its task awaits orders the two as well, but the runtime does not tell the thread sanitizer.
private final class Built: Sendable {
  private let result = Mutex<Result<Context, any Error>>(.failure(CancellationError()))

  func put(_ outcome: Result<Context, any Error>) { result.withLock { $0 = outcome } }

  func take() throws -> Context { try result.withLock { $0 }.get() }
}

/// Why a node can't make a plan.
public enum NodeError: Error, Equatable, CustomStringConvertible {
  case negativeSlot(Int)
  case unknownPreset(name: String, type: NodeType)
  case tooLarge(type: NodeType, slot: Int, bytes: Int?, limit: Int)
  case dtypeNotSupported(DType, preset: String)
  case noFileReader(path: String)

  public var description: String {
    switch self {
    case .negativeSlot(let slot): "slot \(slot): slots are numbered from 0"
    case .unknownPreset(let name, let type):
      "there is no \(type.rawValue) preset '\(name)'; there are: \(Preset.names(of: type).joined(separator: ", "))"
    case .tooLarge(let type, let slot, let bytes, let limit):
      "\(type.rawValue) slot \(slot) would need \(bytes.map(ByteSize.text) ?? "more bytes than can be counted")"
        + "; the limit is \(ByteSize.text(limit)). Choose a lower slot number, a preset, or raise the limit"
    case .dtypeNotSupported(let dtype, let preset):
      "preset \(preset) can't be built as \(dtype.rawValue)"
        + (preset == Preset.reference ? "; it is float64 always" : "; choose float32, float16 or bfloat16")
    case .noFileReader(let path): "\(path): this program was built without a reader for model files"
    }
  }
}

/// The kinds of node that there are.
public enum NodeType: String, Sendable, Hashable, CaseIterable {
  case llm = "LLM"
  case cnn = "CNN"

  /// Without regard to case.
  public init?(_ text: String) { self.init(rawValue: text.uppercased()) }

  /// The config that a node of this type starts from.
  public var defaultConfig: Config {
    switch self {
    case .llm: LLMNode.defaultConfig
    case .cnn: CNNNode.defaultConfig
    }
  }

  /// A node of this type.
  public func node(
    slotIndex: Int, settings: NodeSettings = NodeSettings(), reader: (any ModelFileReader)? = nil
  ) -> any Node {
    switch self {
    case .llm: LLMNode(slotIndex: slotIndex, settings: settings, reader: reader)
    case .cnn: CNNNode(slotIndex: slotIndex, settings: settings, reader: reader)
    }
  }
}
