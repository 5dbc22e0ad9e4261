import SlotStore
import Testing

struct ChangesTests {
  @Test("another's save is seen without asking", .timeLimit(.minutes(1)))
  func seesSaves() async throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    var changes = temporary.store.changes().makeAsyncIterator()
    try temporary.another().saveContext(.sample(2), in: 1)
    _ = await changes.next()
    #expect(try temporary.store.loadContext(1).first == 2)
  }
}
