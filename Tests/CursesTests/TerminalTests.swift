import CNcurses
import Canvas
import Glibc
import Testing

@testable import Curses

extension CursesTests {
  /// A terminal on a pseudo-terminal: the test types into its other end and reads what is sent there.
  @Suite("The terminal", .timeLimit(.minutes(1)))
  @MainActor
  struct TerminalTests {
    let controller: Int32
    let terminal: Terminal

    init() throws {
      useUTF8()
      var ends: (controller: Int32, device: Int32) = (-1, -1)
      var size = winsize(ws_row: 8, ws_col: 40, ws_xpixel: 0, ws_ypixel: 0)
      try #require(openpty(&ends.controller, &ends.device, nil, nil, &size) == 0)
      controller = ends.controller
      try #require(fcntl(controller, F_SETFL, O_NONBLOCK) == 0)
      let device = try #require(fdopen(ends.device, "r+"))
      let screen = try Screen(
        type: "xterm-256color", output: device, input: device, options: TerminalOptions(), usesASCII: false)
      let descriptor = fileno(device)
      terminal = Terminal(
        screen, SignalWatch(Terminal.watchedSignals), descriptors: (descriptor, descriptor))
      _ = terminal.drainEvents()
    }

    private func setSize(columns: UInt16, rows: UInt16) {
      var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
      _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
    }

    private func type(_ text: String) {
      var text = text
      text.withUTF8 { slotscope_write(controller, $0.baseAddress, $0.count) }
    }

    /// What has been sent to the terminal since the last call.
    @discardableResult
    private func sent() -> String {
      var result: [UInt8] = []
      var part = [UInt8](repeating: 0, count: 65536)
      while case let count = read(controller, &part, part.count), count > 0 { result += part.prefix(count) }
      return String(decoding: result, as: UTF8.self)
    }

    /// A value arrives when events wait, also for those that came before.
    private var arrivals: AsyncStream<Void> {
      AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
        terminal.eventsArrived = { continuation.yield() }
        continuation.yield()
      }
    }

    /// Types, and waits until as many events have come.
    private func events(_ count: Int, typing text: String) async -> [TerminalEvent] {
      type(text)
      var events: [TerminalEvent] = []
      for await _ in arrivals {
        events += terminal.drainEvents()
        if events.count >= count { break }
      }
      return events
    }

    @Test("keys arrive as they were typed, and none is lost")
    func keys() async {
      let text = "jG é模\u{1B}[A\u{1B}OB\u{1B}[5~\t\u{1B}[Z\r\u{7F}\u{3}\u{1A}\u{1B}[15~"
      let expected: [Key] = [
        .character("j"), .character("G"), .character(" "), .character("é"), .character("模"), .up, .down,
        .pageUp,
        .tab, .backTab, .enter, .backspace, .ctrl("c"), .ctrl("z"), .function(5),
      ]
      // ncurses switches the keypad to application mode; its arrows then are `ESC O`.
      let events = await events(expected.count, typing: text.replacing("\u{1B}[A", with: "\u{1B}OA"))
      #expect(events == expected.map(TerminalEvent.key))
      terminal.stop()
    }

    @Test("an escape alone is the Esc key, and an unknown sequence is nothing")
    func escapes() async {
      #expect(await events(1, typing: "\u{1B}") == [.key(.escape)])
      #expect(await events(1, typing: "\u{1B}[27;5;13~x") == [.key(.character("x"))])
      terminal.stop()
    }

    @Test(
      "a terminal's late answer to another program is not typed",
      arguments: ["\u{1B}]11;rgb:1e1e/q/D\u{7}", "\u{1B}P1+r436f\u{1B}\\", "\u{1B}_Gi=1;OK\u{1B}\\"])
    func strings(answer: String) async {
      #expect(await events(1, typing: answer + "x") == [.key(.character("x"))])
      terminal.stop()
    }

    @Test("a letter with Alt held is the letter after Esc, also where it begins a string when more follows")
    func alt() async {
      #expect(await events(2, typing: "\u{1B}P") == [.key(.escape), .key(.character("P"))])
      terminal.stop()
    }

    @Test("a paste comes as one event, whatever is in it")
    func paste() async {
      let events = await events(2, typing: "\u{1B}[200~q\rD\u{1B}b\u{1B}[201~z")
      #expect(events == [.paste("q\nD\u{1B}b"), .key(.character("z"))])
      terminal.stop()
    }

    @Test("clicks, double clicks and the wheel arrive with their cell")
    func mouse() async {
      let press = "\u{1B}[<0;5;3M\u{1B}[<0;5;3m"
      let events = await events(6, typing: press + press + "\u{1B}[<64;1;1M")
      #expect(
        events == [
          .key(.mouse(MouseEvent(.click, x: 4, y: 2))), .key(.mouse(MouseEvent(.release, x: 4, y: 2))),
          .key(.mouse(MouseEvent(.click, x: 4, y: 2))), .key(.mouse(MouseEvent(.doubleClick, x: 4, y: 2))),
          .key(.mouse(MouseEvent(.release, x: 4, y: 2))), .key(.mouse(MouseEvent(.wheelUp, x: 0, y: 0))),
        ])
      terminal.stop()
    }

    @Test("a report that arrives in pieces is one report")
    func pieces() async {
      type("\u{1B}[<65;1")
      #expect(terminal.drainEvents() == [])
      #expect(await events(1, typing: "2;3M") == [.key(.mouse(MouseEvent(.wheelDown, x: 11, y: 2)))])
      terminal.stop()
    }

    @Test("a new size is reported once; back at the size that it had all is drawn anew")
    func resize() {
      setSize(columns: 55, rows: 12)
      terminal.signalArrived(SIGWINCH)
      #expect(terminal.drainEvents() == [.resize(width: 55, height: 12)])
      #expect(terminal.size == (55, 12))
      setSize(columns: 20, rows: 5)
      setSize(columns: 55, rows: 12)
      terminal.signalArrived(SIGWINCH)
      #expect(terminal.drainEvents() == [.resumed])
      terminal.stop()
    }

    @Test("signals are events")
    func signals() {
      terminal.signalArrived(SIGTERM)
      terminal.signalArrived(SIGTSTP)
      terminal.signalArrived(SIGCONT)
      #expect(terminal.drainEvents() == [.terminate(signal: SIGTERM), .key(.ctrl("z")), .resumed])
      terminal.stop()
    }

    @Test("when the other end is gone there is one event and then silence")
    func hangUp() async {
      close(controller)
      var events: [TerminalEvent] = []
      for await _ in arrivals {
        events += terminal.drainEvents()
        if !events.isEmpty { break }
      }
      #expect(events == [.hangUp])
      #expect(terminal.drainEvents() == [])
      terminal.stop()
    }

    @Test("a frame sends what has changed and nothing else")
    func differences() {
      var canvas = Canvas(width: 40, height: 8)
      canvas.box(canvas.bounds, title: "Slots")
      canvas.put("first", x: 2, y: 3)
      terminal.show(canvas)
      #expect(sent().contains("first"))
      terminal.show(canvas)
      #expect(sent() == "")
      canvas.put("7", x: 20, y: 5)
      terminal.show(canvas)
      let change = sent()
      #expect(change.contains("7"))
      #expect(change.utf8.count < 24, "\(change.debugDescription)")
      terminal.stop()
    }

    @Test("stopping gives everything back, and twice does no harm")
    func stop() {
      sent()
      terminal.show(Canvas(width: 40, height: 8))
      sent()
      terminal.stop()
      let farewell = sent()
      for part in ["\u{1B}[?1049l", "\u{1B}[?2004l", "\u{1B}[?1002l"] { #expect(farewell.contains(part)) }
      terminal.stop()
      terminal.show(Canvas(width: 40, height: 8))
      #expect(sent() == "")
      #expect(terminal.drainEvents() == [])
    }

    @Test("the clipboard gets its text in Base64")
    func clipboard() {
      sent()
      terminal.copyToClipboard("1f0c ✓")
      #expect(sent() == "\u{1B}]52;c;MWYwYyDinJM=\u{7}")
      terminal.stop()
    }
  }
}
