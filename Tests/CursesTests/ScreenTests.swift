import CNcurses
import Canvas
import Testing

@testable import Curses

extension CursesTests {
  @Suite("The screen")
  @MainActor
  struct ScreenTests {
    /// A screen that draws to nowhere; what ncurses holds of it can be read back.
    private func withScreen(
      type: String = "xterm-256color", options: TerminalOptions = TerminalOptions(), usesASCII: Bool = false,
      _ body: (Screen) throws -> Void
    ) throws {
      useUTF8()
      let null = try #require(fopen("/dev/null", "r+"))
      defer { fclose(null) }
      let screen = try Screen(type: type, output: null, input: null, options: options, usesASCII: usesASCII)
      defer { screen.close() }
      screen.resize(width: 30, height: 6)
      try body(screen)
    }

    /// One row as ncurses will have the terminal show it.
    private func row(_ y: Int32) -> String {
      var bytes = [CChar](repeating: 0, count: 1024)
      mvwinnstr(slotscope_physical_window(), y, 0, &bytes, 1023)
      var text = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      while text.last == " " { text.removeLast() }
      return text
    }

    private func shown() -> String { (0..<6).map(row).joined(separator: "\n") }

    private func canvas(_ screen: Screen, glyphs: Glyphs = .unicode) -> Canvas {
      let size = screen.size
      var canvas = Canvas(width: size.width, height: size.height, glyphs: glyphs)
      canvas.box(canvas.bounds, title: "模型 Slots", facts: "e\u{301}t", focused: true)
      canvas.bars(heights: [0.1, 0.5, 1], in: Rect(x: 2, y: 1, width: 3, height: 2))
      canvas.put([Span("✓ ok", .good), Span(" 👩‍🚀", .dim), Span(" \u{1B}[2J")], x: 7, y: 2)
      return canvas
    }

    @Test("ncurses shows what the canvas shows")
    func shows() throws {
      try withScreen { screen in
        let canvas = canvas(screen)
        screen.show(canvas, cursor: nil)
        #expect(shown() == canvas.text)
        #expect(canvas.text.contains("✓ ok 👩 ␛[2J"))
      }
    }

    @Test("the next frame replaces the one before")
    func nextFrame() throws {
      try withScreen { screen in
        var canvas = canvas(screen)
        screen.show(canvas, cursor: nil)
        canvas.fill(Rect(x: 1, y: 1, width: 28, height: 4))
        canvas.put("型型型", x: 1, y: 3)
        screen.show(canvas, cursor: (x: 3, y: 3))
        #expect(shown() == canvas.text)
      }
    }

    @Test("a canvas of another size is clipped, and the rest is blank")
    func otherSizes() throws {
      try withScreen { screen in
        screen.show(canvas(screen), cursor: nil)
        var small = Canvas(width: 4, height: 2)
        small.put("abcd", x: 0, y: 1)
        screen.show(small, cursor: nil)
        #expect(shown() == "\nabcd\n\n\n\n")
        var large = Canvas(width: 100, height: 100)
        large.put("left", x: 27, y: 5)
        screen.show(large, cursor: (x: 99, y: 99))
        #expect(row(5) == "                           lef")
      }
    }

    @Test("after a new size everything is drawn again")
    func newSize() throws {
      try withScreen { screen in
        screen.show(canvas(screen), cursor: nil)
        screen.resize(width: 20, height: 5)
        #expect(screen.size == (20, 5))
        let canvas = canvas(screen)
        screen.show(canvas, cursor: nil)
        #expect((0..<5).map(row).joined(separator: "\n") == canvas.text)
      }
    }

    @Test("without Unicode only ASCII is drawn, as wide as meant")
    func ascii() throws {
      try withScreen(usesASCII: true) { screen in
        screen.show(canvas(screen, glyphs: .ascii), cursor: nil)
        #expect(row(0) == "+- ???? Slots ----------- ?t +")
        #expect(shown().utf8.allSatisfy { $0 < 0x80 })
        #expect(row(2) == "| .##  v ok ?? ^[2J          |")
      }
    }

    @Test(
      "every terminal gets the colours that it has",
      arguments: [
        ("xterm-256color", ColorDepth.many), ("xterm", .eight), ("linux", .eight), ("vt100", .mono),
      ])
    func depths(type: String, depth: ColorDepth) throws {
      try withScreen(type: type) { screen in
        #expect(screen.theme.depth == depth || Environment["NO_COLOR"]?.isEmpty == false)
        let canvas = canvas(screen)
        screen.show(canvas, cursor: nil)
        #expect(shown() == canvas.text)
      }
    }

    @Test("another theme draws the same in other colours, and without any where it has none")
    func themes() throws {
      try withScreen(type: "xterm-256color") { screen in
        let canvas = canvas(screen)
        for name in ThemeName.allCases {
          screen.use(name)
          #expect(screen.theme.name == name)
          screen.show(canvas, cursor: nil)
          #expect(shown() == canvas.text)
        }
        #expect(screen.theme.depth == .mono)
        screen.use(.dark)
        #expect(screen.theme.depth == .many)
      }
      try withScreen(type: "vt100") { screen in
        screen.use(.dark)
        #expect(screen.theme.name == .mono)
      }
    }

    @Test("a terminal that is unknown, or can't place its cursor, is named")
    func badTerminals() throws {
      #expect(throws: TerminalError.unknownTerminal("no-such-terminal")) {
        try withScreen(type: "no-such-terminal") { _ in }
      }
      #expect(throws: TerminalError.incapableTerminal("dumb")) { try withScreen(type: "dumb") { _ in } }
      #expect(throws: TerminalError.unnamedTerminal) { try withScreen(type: "") { _ in } }
    }

    @Test("every character is as wide for ncurses as for the canvas, or drawn as its code")
    func widths() {
      useUTF8()
      var wrong: [String] = []
      for value in UInt32(0)...0x10FFFF {
        guard let scalar = Unicode.Scalar(value) else { continue }
        let width = TextWidth.of(scalar)
        let columns = Int(slotscope_column_count(value))
        if width >= 0, columns >= 0, width != columns { wrong.append(String(value, radix: 16)) }
      }
      // Unicode reclassifies a mark now and then, and the C library may be older than Swift: on the screen such a
      // character is a question mark.
      #expect(wrong.count < 10, "\(wrong)")
    }
  }
}
