import Foundation
import Logging
import Testing

@testable import FileLog

@Suite("The log")
struct FileLogTests {
  private let path = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)")
    .path

  private var lines: [String] {
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
  }

  private func logger() throws -> Logger {
    let file = try LogFile(path: path)
    return Logger(label: "browser") { FileLogHandler(file: file, label: $0) }
  }

  @Test("a line has time, level, label, message and facts in order")
  func line() {
    let line = FileLogHandler.line(
      at: Date(timeIntervalSince1970: 1_795_435_200.25), level: .error, label: "browser",
      message: "it failed",
      metadata: ["slot": "7", "build": "3"])
    #expect(line == "2026-11-23T12:00:00.250Z error browser: it failed build=3 slot=7")
  }

  @Test("control characters are made visible, so that a line is a line")
  func control() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try logger().info("slot \u{1B}[31m\nred", metadata: ["name": "a\r\nb"])
    #expect(lines.count == 1)
    #expect(lines.first?.hasSuffix("info browser: slot ␛[31m␊red name=a␍␊b") == true)
  }

  @Test("what is there stays, and each message is added to it")
  func appends() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("before\n".utf8).write(to: URL(fileURLWithPath: path))
    try logger().info("one")
    try logger().debug("two")
    #expect(lines.count == 3)
    #expect(lines.first == "before")
    #expect(lines.last?.hasSuffix("debug browser: two") == true)
  }

  @Test("a file that can't be written is told")
  func unwritable() {
    #expect(throws: LogFileError(path: "/nowhere/log", reason: "No such file or directory")) {
      try LogFile(path: "/nowhere/log")
    }
    #expect(throws: LogFileError(path: "/", reason: "Is a directory")) { try LogFile(path: "/") }
  }
}
