import Canvas
import Foundation
import Testing

@testable import Browser

@Suite("The last place of a store")
struct RememberedPlaceTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "place-\(UUID().uuidString)"
  ).path

  private func file(_ store: String = "/models") -> PlaceFile {
    PlaceFile(store: store, environment: ["HOME": "/h", "XDG_STATE_HOME": folder])
  }

  private var leftPlace: RememberedPlace {
    var shell = FakeShell(width: 140, height: 40)
    shell.press(.character("s"), .character("S"), .character("t"), .character("/"))
    shell.type("reference")
    shell.press(.enter, .character(")"))
    return shell.state.place(in: "/models")
  }

  @Test("slot, type, filter, order and divider come back")
  func comesBack() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let left = leftPlace
    #expect(left.search == "reference" && left.modelType == "LLM" && left.listShare != nil)
    try file().write(left)
    let place = try #require(file().read())
    #expect(place == left)
    var state = BrowserState(store: StoreFacts(path: "/models"), width: 140, height: 40, now: noon)
    state.restore(place, modelType: nil, slotID: nil)
    #expect(state.place(in: "/models") == left)
  }

  @Test("what is asked for comes first, and no filter stands in its way")
  func asked() {
    var state = BrowserState(store: StoreFacts(path: "/models"), width: 140, height: 40, now: noon)
    state.restore(leftPlace, modelType: nil, slotID: 31)
    #expect(state.list.selectedSlotID == 31)
    #expect(state.list.query.search.isEmpty && state.list.query.modelType == nil)
    #expect(state.list.query.order.rawValue == leftPlace.order)
    state.restore(leftPlace, modelType: "CNN", slotID: nil)
    #expect(state.list.query.modelType == "CNN")
    #expect(state.list.query.search.isEmpty)
  }

  @Test("each store has its own")
  func stores() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try file().write(leftPlace)
    #expect(file("/other").path != file().path)
    #expect(file("/other").read() == nil)
    // Even where two stores had one name for their files.
    try FileManager.default.copyItem(atPath: file().path, toPath: file("/other").path)
    #expect(file("/other").read() == nil)
  }

  @Test("a damaged file, one of a later version and none at all are passed over")
  func damaged() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(file().read() == nil)
    var place = leftPlace
    place.version = 2
    try file().write(place)
    #expect(file().read() == nil)
    try Data("{\"version\": 1".utf8).write(to: URL(fileURLWithPath: file().path))
    #expect(file().read() == nil)
  }

  @Test("shares and orders that make no sense are passed over")
  func nonsense() {
    var place = leftPlace
    place.order = "colour"
    place.listShare = 7
    place.screenListShare = -1
    var state = BrowserState(store: StoreFacts(path: "/models"), width: 140, height: 40, now: noon)
    state.restore(place, modelType: nil, slotID: nil)
    #expect(state.list.query.order == .updated)
    #expect(state.dividers == Dividers())
  }

  @Test("where it is kept is where XDG says")
  func path() {
    let path = PlaceFile(store: "/models", environment: ["HOME": "/h"]).path
    #expect(path.hasPrefix("/h/.local/state/slotscope/places/") && path.hasSuffix(".json"))
    #expect(file().path.hasPrefix(folder + "/slotscope/places/"))
  }
}
