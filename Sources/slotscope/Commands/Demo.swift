import ArgumentParser
import Builds
import Foundation
import ModelContext
import SlotStore

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a small store to look at: reference LLMs and CNNs, a GPT-2 and a ResNet-50 (0.6 GB).")

  @Argument(help: "A folder that is no store yet.", completion: .directory) var directory: String
  @Flag(help: "A JSON array of what was built.") var json = false

  func run() async throws {
    let store = try PersistentStore(at: directory, options: StoreOptions(access: .create))
    if try store.stats().totalContexts > 0 { throw CommandError.demoOverSlots(directory) }
    let small =
      (0...7).map { BuildOrder(nodeType: .llm, slotID: $0) }
      + (8...13).map { BuildOrder(nodeType: .cnn, slotID: $0) }
    let real = [
      BuildOrder(nodeType: .cnn, slotID: 14, settings: NodeSettings(preset: "resnet50")),
      BuildOrder(nodeType: .llm, slotID: 15, settings: NodeSettings(preset: "gpt2")),
    ]
    try await BuildReport.run((small + real).map(BuildRequest.build), in: store, json: json)
    Message.note("look at it with: slotscope --store \(directory)")
  }
}
