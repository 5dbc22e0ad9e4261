import Foundation
import ModelContext
import Testing

@testable import SlotStore

@Suite("Changes of files without the index", .timeLimit(.minutes(1)))
struct FileChangesTests {
  @Test(
    "a weight file that is touched, cut, removed or put there is told",
    arguments: ["touch", "cut", "remove", "put"])
  func told(_ change: String) async throws {
    let store = try PersistentStore(
      at: NSTemporaryDirectory() + "files-" + UUID().uuidString, options: StoreOptions(access: .create))
    defer { try? FileManager.default.removeItem(atPath: store.directory) }
    try store.saveContext(LLMNode(slotIndex: 1).buildContext(), in: 1)
    let file = try #require(try store.details(of: 1)?.weightFile)
    var changes = store.fileChanges().makeAsyncIterator()
    switch change {
    case "touch": utimes(file, nil)
    case "cut":
      chmod(file, 0o644)
      truncate(file, 100)
    case "remove": unlink(file)
    default:
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: store.directory + "/slots/00000009.npy"))
    }
    #expect(await changes.next() != nil)
  }
}
