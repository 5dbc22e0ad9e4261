import ModelContext
import SlotStore
import Testing

struct ContextCacheTests {
  private func context(_ number: Double, count: Int = 1) -> Context { .sample(number, count: count) }

  @Test("what was used longest ago goes first, not what came first")
  func leastRecentlyUsed() {
    let cache = ContextCache(count: 2, bytes: 1 << 20)
    cache.cacheContext(context(1), for: 1)
    cache.cacheContext(context(2), for: 2)
    #expect(cache.cachedContext(for: 1)?.first == 1)
    cache.cacheContext(context(3), for: 3)
    #expect(cache.cachedContext(for: 2) == nil)
    #expect(cache.cachedContext(for: 1)?.first == 1)
    #expect(cache.count == 2)
  }

  @Test("bytes bound it too; one that is larger than all is not kept")
  func bytes() {
    let cache = ContextCache(count: 100, bytes: 100)
    for number in 1...5 { cache.cacheContext(context(Double(number), count: 5), for: number) }
    #expect(cache.byteCount == 80)
    #expect(cache.cachedContext(for: 5)?.first == 5)
    cache.cacheContext(context(9, count: 50), for: 5)
    #expect(cache.cachedContext(for: 5) == nil)
  }

  @Test("replacing and removing leave no trace")
  func removing() {
    let cache = ContextCache(count: 3, bytes: 1 << 20)
    for round in 0..<50 {
      cache.cacheContext(context(Double(round)), for: round % 4)
      if round % 3 == 0 { cache.remove(round % 4) }
    }
    cache.removeAll()
    #expect(cache.count == 0)
    #expect(cache.byteCount == 0)
    cache.cacheContext(context(1), for: 1)
    #expect(cache.count == 1)
  }

  @Test("a cache of nothing keeps nothing")
  func empty() {
    let cache = ContextCache(count: 0, bytes: 100)
    cache.cacheContext(context(1), for: 1)
    #expect(cache.count == 0)
  }
}
