import Canvas
import SlotStore
import Testing

@testable import Browser

@Suite("What says how whole a slot is")
struct IntegritySignTests {
  private static let states: [Integrity] = [
    .verified, .written, .unverified, .mismatch, .missing, .unreadable,
  ]

  @Test("signs tell intact, unread, unknown and damaged apart without colours, in ASCII too")
  func signs() {
    for glyphs in [Glyphs.unicode, .ascii] {
      let signs = Self.states.map { $0.sign(glyphs) }
      #expect(Set(signs).count == 4)
      #expect(Set(zip(Self.states, signs).filter { $0.0.isDamage }.map(\.1)).count == 1)
      if glyphs.isASCII { #expect(signs.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }) }
    }
  }

  @Test("words tell them all apart")
  func words() {
    #expect(Set(Self.states.map(\.text)).count == Self.states.count)
  }
}
