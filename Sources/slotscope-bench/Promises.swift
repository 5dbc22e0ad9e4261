import ArgumentParser
import Foundation
import ModelContext
import SlotStore
import Tensors

/// What a save, a verification and a look at all rows cost.
struct Save: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "A context of so many bytes saved over slot 0.")
  @Argument var store: String
  @Argument var byteCount: Int
  @Argument var count: Int

  func run() throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .create, cacheCount: 0))
    let weights = Weights((0..<byteCount / 4).map { Float($0) })
    try store.prepare()
    var turn = 0
    try measure(count) {
      turn += 1
      try store.saveContext(
        Context(weights: weights, config: ["turn": .integer(Int64(turn))], metadata: [:]), in: 0)
    }
  }
}

struct VerifyOnce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "A slot read through and compared.")
  @Argument var store: String
  @Argument var slot: Int
  @Argument var count: Int
  @Flag var quick = false

  func run() throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .write))
    try measure(count) {
      if try !store.verify(slot, quick: quick).ok { throw ExitCode.failure }
    }
  }
}

struct ReadOnce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "A file read through by pread in blocks of 1 MiB, and nothing done with it.")
  @Argument var path: String
  @Argument var count: Int

  func run() throws {
    let file = try OpenFile(path: path)
    let size = file.stamp.size
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { block.deallocate() }
    try measure(count) {
      for offset in stride(from: 0, to: size, by: block.count) {
        try file.read(at: offset, into: .init(rebasing: block[..<min(block.count, size - offset)]))
      }
    }
  }
}

struct States: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "All rows with the integrity of each.")
  @Argument var store: String
  @Argument var count: Int

  func run() throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .read))
    try measure(count) {
      let damaged = try store.listSlots(order: .id).count { $0.integrity.isDamage }
      if damaged > 0 { throw ExitCode.failure }
    }
  }
}
