import Canvas
import Foundation
import Testing

@testable import Browser

@Suite("The trace of latencies")
@MainActor
struct TracingTests {
  @Test("what answers a key has a latency, what the store or the clock brought has none")
  func frames() {
    let scripted = ScriptedTerminal()
    let tracing = TracingTerminal(scripted)
    let canvas = Canvas(width: 100, height: 30)
    scripted.press(.down)
    #expect(tracing.drainEvents() == [.key(.down)])
    tracing.show(canvas, cursor: nil)
    #expect(tracing.drainEvents() == [])
    tracing.show(canvas, cursor: nil)
    // A key that changed nothing is no part of the next frame.
    scripted.press(.up)
    #expect(tracing.drainEvents() == [.key(.up)])
    #expect(tracing.drainEvents() == [])
    tracing.show(canvas, cursor: nil)
    #expect(tracing.trace.frames == 3)
    #expect(tracing.trace.seconds.count == 1)
    #expect(tracing.trace.seconds.allSatisfy { $0 > 0 && $0 < 10 })
    #expect(scripted.frames == 3)
  }

  @Test("the 99th percentile is one of the values, and 1 of 100 lies above it")
  func percentile() {
    let distribution = LatencyTrace.Distribution((1...200).reversed().map(Double.init))
    #expect(distribution?.median == 100)
    #expect(distribution?.percentile99 == 198)
    #expect(distribution?.largest == 200)
    #expect(LatencyTrace.Distribution([7])?.percentile99 == 7)
    #expect(LatencyTrace.Distribution([]) == nil)
  }

  @Test("it is written as JSON, with each frame")
  func file() throws {
    var trace = LatencyTrace()
    trace.note(latency: .milliseconds(2), bytes: 40)
    trace.note(latency: nil, bytes: 7)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("trace-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try trace.write(to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      text == """
        {"answerBytes":{"largest":40,"median":40,"percentile99":40},\
        "latency":{"largest":0.002,"median":0.002,"percentile99":0.002},\
        "trace":{"answerBytes":[40],"frames":2,"otherBytes":[7],"seconds":[0.002]}}
        """)
  }
}
