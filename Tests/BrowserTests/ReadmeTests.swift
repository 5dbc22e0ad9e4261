import Foundation
import Testing

@testable import Browser

struct ReadmeTests {
  @Test("the README's list of keys is the binding table")
  func keys() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let table = bindingTable()
    #expect(readme.contains(table), "put this between the headings 'Keys' and 'Commands':\n\(table)")
  }
}
