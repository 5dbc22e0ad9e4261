import ArgumentParser
import Canvas
import Foundation
import ModelContext
import SlotStore
import Tensors

/// What a shell offers while a command is typed. Whatever goes wrong, it offers nothing.
enum Completions {
  /// Numbers of slots in the store that the command line names.
  static let slots = CompletionKind.custom { words, _, prefix in
    guard let slots = try? store(words)?.listSlots(order: .id, limit: 100_000) else { return [] }
    return slots.map { String($0.slotID) }.filter { $0.hasPrefix(prefix) }
  }

  /// Model types in that store, but for those that have what no command line can have, or no terminal should see.
  static let modelTypes = CompletionKind.custom { words, _, _ in
    // A shell shows no error in the midst of a line: of a store that can't be read, the types that a build has are offered.
    let all = (try? store(words)?.stats().byModelType.map(\.modelType)) ?? []
    let found = all.filter { VisibleText.sanitize($0) == $0 }
    return found.isEmpty ? NodeType.allCases.map(\.rawValue) : found
  }

  static let presets = CompletionKind.list(
    NodeType.allCases.flatMap { Preset.names(of: $0) }.reduce(into: []) { names, name in
      if !names.contains(name) { names.append(name) }
    })

  private static func store(_ words: [String]) throws -> PersistentStore? {
    var arguments = StoreArguments()
    arguments.store = nil
    arguments.log = nil
    for (place, word) in words.enumerated() {
      if word == "--store", place + 1 < words.count { arguments.store = words[place + 1] }
      if word.hasPrefix("--store=") { arguments.store = String(word.dropFirst(8)) }
    }
    return try PersistentStore(at: arguments.directory, options: StoreOptions(access: .read))
  }
}
