import CNcurses
import Canvas

/// One terminal as ncurses knows it. With its extensions the only caller of ncurses; calls only what takes a window.
@MainActor
final class Screen {
  private(set) var theme: Theme
  /// How many colours it can draw with.
  private let depth: ColorDepth
  let usesASCII: Bool
  private let handle: OpaquePointer
  private let outputDescriptor: Int32
  /// Keys are read through a pad: reading through a window would draw it.
  let keyWindow: UnsafeMutablePointer<WINDOW>
  private var pairs: [Theme.Pair: Int16] = [:]
  private var attributes: [Style: (attr_t, Int16)] = [:]
  private var shown: Canvas?
  /// Bytes in one style that are about to be drawn.
  private var run: [UInt8] = []
  /// Columns that the C library gives to texts beyond ASCII; -1: it does not show them.
  private var widths: [CellText: Int8] = [:]
  /// A paste that has begun and not ended.
  var paste: String?
  /// A control sequence that has begun and not ended: what came after `ESC [`.
  var sequence: [UInt8]?
  private let mouse: Bool

  /// - Parameter type: terminfo's name; nil for `TERM`.
  /// - Throws: `TerminalError`.
  init(
    type: String?, output: UnsafeMutablePointer<FILE>, input: UnsafeMutablePointer<FILE>,
    options: TerminalOptions, usesASCII: Bool
  ) throws(TerminalError) {
    guard let name = type ?? Environment["TERM"], !name.isEmpty else { throw .unnamedTerminal }
    guard let handle = newterm(name, output, input) else { throw .unknownTerminal(name) }
    guard slotscope_capability("cup") != nil, let pad = newpad(1, 1) else {
      endwin()
      delscreen(handle)
      throw .incapableTerminal(name)
    }
    self.handle = handle
    self.usesASCII = usesASCII
    outputDescriptor = fileno(output)
    keyWindow = pad
    var depth = ColorDepth.mono
    if start_color() == OK, use_default_colors() == OK {
      depth = Theme.depth(colorCount: Int(slotscope_color_count()))
    }
    self.depth = options.colors ?? depth
    theme = Theme(
      name: Theme.name(chosen: options.theme, noColor: Environment["NO_COLOR"]),
      depth: options.colors ?? depth)
    mouse = options.mouse && slotscope_capability("kmous") != nil
    prepareInput()
    prepareOutput()
  }

  /// Columns and rows.
  var size: (width: Int, height: Int) {
    let window = slotscope_window()
    return (Int(getmaxx(window)), Int(getmaxy(window)))
  }

  private func prepareOutput() {
    let window = slotscope_window()
    leaveok(window, false)
    scrollok(window, false)
    idlok(window, false)
    // What stood on the screen before is cleared once, with the first frame.
    wnoutrefresh(window)
    setReports(true)
  }

  /// Strings that leave the screen as it was found, for a way out on which ncurses can't be called.
  var leavingStrings: [String] {
    let names: [String] = ["sgr0", "op", "cnorm", "rmkx", "rmcup"]
    return names.compactMap { name in slotscope_capability(name).map { String(cString: $0) } }
  }

  /// Bytes for the terminal itself, after everything that ncurses has drawn.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { slotscope_write(outputDescriptor, $0.baseAddress, $0.count) }
  }

  /// Bracketed paste, and the mouse's buttons, wheel and dragging with coordinates in decimals.
  private func setReports(_ isOn: Bool) {
    let final = isOn ? "h" : "l"
    write("\u{1B}[?2004" + final)
    if mouse { write("\u{1B}[?1002\(final)\u{1B}[?1006\(final)") }
  }

  /// Tells ncurses the window's size; what is shown must be drawn again.
  func resize(width: Int, height: Int) {
    resizeterm(Int32(height), Int32(width))
    invalidate()
  }

  /// The next frame is drawn from nothing: the terminal may show anything.
  func invalidate() {
    shown = nil
    clearok(slotscope_physical_window(), true)
  }

  /// Gives the terminal back for a while.
  func leave() {
    setReports(false)
    endwin()
  }

  /// Takes the terminal again after `leave`, or after the process was stopped.
  func enterAgain() {
    reset_prog_mode()
    setReports(true)
    invalidate()
  }

  /// Gives the terminal back; nothing of this screen may be used after it.
  func close() {
    leave()
    delwin(keyWindow)
    delscreen(handle)
  }

  /// Draws everything in other colours from the next frame on.
  func use(_ name: ThemeName) {
    theme = Theme(name: name, depth: depth)
    attributes = [:]
    invalidate()
  }

  // MARK: - Drawing

  /// Sends what has changed since the last frame.
  /// - Parameter cursor: where it stands; nil hides it.
  func show(_ canvas: Canvas, cursor: (x: Int, y: Int)?) {
    let window = slotscope_window()
    let (width, height) = size
    let fits = canvas.width == width && canvas.height == height
    if !fits { werase(window) }
    let earlier = fits && shown?.width == width && shown?.height == height ? shown : nil
    for y in 0..<min(height, canvas.height) {
      let row = canvas.row(y).prefix(width)
      let changed = earlier.map { Self.changes(from: $0.row(y), to: row) } ?? row.indices
      if !changed.isEmpty { draw(row[changed], x: changed.lowerBound - row.startIndex, y: y, in: window) }
    }
    shown = fits ? canvas : nil
    if let cursor, cursor.x >= 0, cursor.y >= 0, cursor.x < width, cursor.y < height {
      wmove(window, Int32(cursor.y), Int32(cursor.x))
      curs_set(1)
    } else {
      curs_set(0)
    }
    wnoutrefresh(window)
    doupdate()
  }

  /// The part of a row that has to be drawn again: from the first cell that differs to the last, wide characters whole.
  private static func changes(from old: ArraySlice<Cell>, to new: ArraySlice<Cell>) -> Range<Int> {
    // Both have the same indices: the canvases are of one size.
    guard var first = new.indices.first(where: { old[$0] != new[$0] }),
      var last = new.indices.last(where: { old[$0] != new[$0] })
    else { return new.startIndex..<new.startIndex }
    if new[first].width == 0, first > new.startIndex { first -= 1 }
    if new[last].width == 2, last + 1 < new.endIndex { last += 1 }
    return first..<last + 1
  }

  private func draw(_ cells: ArraySlice<Cell>, x: Int, y: Int, in window: UnsafeMutablePointer<WINDOW>?) {
    wmove(window, Int32(y), Int32(x))
    run.removeAll(keepingCapacity: true)
    var style = cells.first?.style ?? .plain
    for cell in cells {
      if cell.style != style {
        addRun(style, to: window)
        style = cell.style
      }
      addDrawable(cell)
    }
    addRun(style, to: window)
  }

  /// Draws what has been collected.
  private func addRun(_ style: Style, to window: UnsafeMutablePointer<WINDOW>?) {
    let (attributes, pair) = attributes(of: style)
    wattr_set(window, attributes, pair, nil)
    // In the last column of the last row this fails after it has drawn: the cursor can't go on.
    run.withUnsafeBytes { bytes in
      _ = waddnstr(window, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }
    run.removeAll(keepingCapacity: true)
  }

  /// The cell's text if the C library takes it for as wide as it is meant to be; else question marks, since one
  /// character of another width would shift the rest of the row.
  private func addDrawable(_ cell: Cell) {
    if cell.content.isASCII {
      cell.content.forEachByte { run.append($0) }
    } else if usesASCII {
      run += Glyphs.asciiSubstitute(for: cell.text, width: Int(cell.width)).utf8
    } else if isAsWide(cell) {
      cell.content.forEachByte { run.append($0) }
    } else {
      run += repeatElement(UInt8(ascii: "?"), count: Int(cell.width))
    }
  }

  private func isAsWide(_ cell: Cell) -> Bool {
    if let known = widths[cell.content] { return known == cell.width }
    var width: Int8? = 0
    for scalar in cell.text.unicodeScalars {
      let columns = slotscope_column_count(scalar.value)
      width = columns < 0 ? nil : width.map { $0 + Int8(columns) }
    }
    // Whatever texts come by, these stay few.
    if widths.count >= 4096 { widths.removeAll() }
    widths[cell.content] = width ?? -1
    return width == cell.width
  }

  private func attributes(of style: Style) -> (attr_t, Int16) {
    if let known = attributes[style] { return known }
    let look = theme.look(of: style)
    var value = slotscope_normal
    if look.bold { value |= slotscope_bold }
    if look.dim { value |= slotscope_dim }
    if look.underline { value |= slotscope_underline }
    if look.reverse { value |= slotscope_reverse }
    attributes[style] = (value, pairNumber(look.pair))
    return (value, pairNumber(look.pair))
  }

  /// Pair 0 is the terminal's own colours.
  private func pairNumber(_ pair: Theme.Pair) -> Int16 {
    if pair.foreground == -1, pair.background == -1 { return 0 }
    if let known = pairs[pair] { return known }
    let number = Int16(pairs.count + 1)
    guard init_pair(number, pair.foreground, pair.background) == OK else { return 0 }
    pairs[pair] = number
    return number
  }
}
