import CNcurses
import Canvas
import Dispatch

/// The terminal that the program runs in: shows canvases, reports keys, and is given back on every way out.
///
/// Keys arrive raw: `Ctrl-C` and `Ctrl-Z` are keys, and the program answers the first by ending and the second by
/// `suspend()`. SIGTSTP from outside is reported as `Ctrl-Z`; SIGINT, SIGTERM, SIGHUP and SIGQUIT as
/// `TerminalEvent.terminate`. While nothing happens nothing runs.
///
///     let terminal = try Terminal.start()
///     defer { terminal.stop() }
///     terminal.eventsArrived = {
///       for event in terminal.drainEvents() { … }
///       terminal.show(canvas)
///     }
@MainActor
public final class Terminal {
  /// Is called when events wait; several at once may come as one.
  public var eventsArrived: (@MainActor () -> Void)?
  /// The characters that this terminal draws with.
  public private(set) var glyphs: Glyphs
  private let screen: Screen
  private let descriptors: (input: Int32, output: Int32)
  private let signals: SignalWatch
  private var input: (any DispatchSourceRead)?
  private var pending: [TerminalEvent] = [] {
    didSet { if oldValue.isEmpty, !pending.isEmpty { pendingSince = .now } }
  }
  private var pendingSince: ContinuousClock.Instant?
  /// When the first of the events was read that `drainEvents` gave last; nil before any came.
  public private(set) var firstEventTime: ContinuousClock.Instant?
  private var clicks = ClickCounter()
  private var isStopped = false

  /// Takes the terminal that the program runs in.
  /// - Throws: `TerminalError`, before anything on the terminal has changed.
  public static func start(_ options: TerminalOptions = TerminalOptions()) throws(TerminalError) -> Terminal {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, Restoration.noteModes(of: STDOUT_FILENO)
    else {
      throw .notATerminal
    }
    let usesASCII = CharacterSet.prepareLocale().usesASCII
    let signals = SignalWatch(watchedSignals)
    do {
      let screen = try Screen(
        type: nil, output: slotscope_standard_output(), input: slotscope_standard_input(), options: options,
        usesASCII: options.usesASCII ?? usesASCII)
      return Terminal(screen, signals, descriptors: (STDIN_FILENO, STDOUT_FILENO))
    } catch {
      signals.stop()
      throw error
    }
  }

  init(_ screen: Screen, _ signals: SignalWatch, descriptors: (input: Int32, output: Int32)) {
    self.screen = screen
    self.signals = signals
    self.descriptors = descriptors
    glyphs = Self.glyphs(of: screen)
    Restoration.arm(capabilities: screen.leavingStrings)
    _ = takeNewSize()
    watch()
  }

  /// Columns and rows.
  public var size: (width: Int, height: Int) { screen.size }

  private static func glyphs(of screen: Screen) -> Glyphs {
    let glyphs = screen.usesASCII ? Glyphs.ascii : .unicode
    return screen.theme.depth == .many ? glyphs.paintingHeat : glyphs
  }

  /// What colours things have; `mono` where there are none.
  public var theme: ThemeName { screen.theme.name }

  /// Draws everything in other colours from the next canvas on; `glyphs` may be others then.
  public func use(_ theme: ThemeName) {
    guard !isStopped else { return }
    screen.use(theme)
    glyphs = Self.glyphs(of: screen)
  }

  /// How many colours are drawn with.
  public var colors: ColorDepth { screen.theme.depth }

  /// Shows a canvas, sending only what differs from the last one.
  /// - Parameters:
  ///   - canvas: of the terminal's size; another is clipped, or leaves the rest blank.
  ///   - cursor: column and row where the cursor stands; nil hides it.
  public func show(_ canvas: Canvas, cursor: (x: Int, y: Int)? = nil) {
    guard !isStopped else { return }
    screen.show(canvas, cursor: cursor)
  }

  /// Lets the next canvas be drawn from nothing, whatever the terminal shows now (Ctrl-L).
  public func redraw() {
    guard !isStopped else { return }
    screen.invalidate()
  }

  /// What has happened since the last call, in order.
  public func drainEvents() -> [TerminalEvent] {
    guard !isStopped else { return [] }
    readInput()
    guard !pending.isEmpty else { return [] }
    defer { pending = [] }
    firstEventTime = pendingSince
    return pending
  }

  /// Asks the terminal to put text on the clipboard (OSC 52). Whether it does is the terminal's choice.
  public func copyToClipboard(_ text: String) {
    guard !isStopped else { return }
    screen.write("\u{1B}]52;c;\(Base64.encode(Array(text.utf8)))\u{7}")
  }

  /// Gives the terminal back and stops the process, as `Ctrl-Z` should; returns when it is continued.
  ///
  /// `TerminalEvent.resumed` follows, and the whole screen must be drawn.
  public func suspend() {
    guard !isStopped else { return }
    lend { Restoration.stopUntilContinued() }
  }

  /// Gives the terminal to the user's shell; returns when it has ended.
  ///
  /// While it runs this actor waits, so that nobody else reads what is typed. `TerminalEvent.resumed` follows, and the
  /// whole screen must be drawn. Where the program is asked to end meanwhile, the shell is told so.
  /// - Parameters:
  ///   - directory: where it begins.
  ///   - environment: what is set beside what the process has.
  ///   - greeting: a line above its first prompt.
  /// - Returns: why there is none; nil where there was one.
  public func openShell(in directory: String, environment: [String: String], greeting: String) -> String? {
    guard !isStopped else { return nil }
    if let problem = Shell.problem { return problem }
    return lend {
      screen.write("\(VisibleText.sanitize(greeting))\r\n")
      return Shell.run(in: directory, environment: environment, terminal: descriptors.input)
    }
  }

  /// Lets another program have the terminal.
  ///
  /// What is typed meanwhile is for that program, also just before it has the terminal and just after: there the
  /// keyboard is not raw, and the kernel would make signals to this process of Ctrl-C and its like.
  private func lend<Result>(to other: () -> Result) -> Result {
    Restoration.ignoreKeys()
    screen.leave()
    Restoration.disarm()
    let result = other()
    Restoration.arm(capabilities: screen.leavingStrings)
    enterAgain()
    Restoration.heedKeys()
    return result
  }

  /// Gives the terminal back for good. What was written to standard error meanwhile appears now.
  public func stop() {
    guard !isStopped else { return }
    isStopped = true
    input?.cancel()
    input = nil
    screen.close()
    Restoration.disarm()
    signals.stop()
    eventsArrived = nil
  }

  // MARK: - Watching

  static let watchedSignals = [SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT]

  /// All on the main queue, which is the main actor's.
  private func watch() {
    let input = DispatchSource.makeReadSource(fileDescriptor: descriptors.input, queue: .main)
    input.setEventHandler { [weak self] in MainActor.assumeIsolated { self?.inputArrived() } }
    input.activate()
    self.input = input
    signals.arrived = { [weak self] number in self?.signalArrived(number) }
  }

  /// The bytes are read at once: while they wait, the source would fire without end.
  private func inputArrived() {
    let count = pending.count
    readInput()
    if pending.count == count, slotscope_is_hung_up(descriptors.input) {
      input?.cancel()
      pending.append(.hangUp)
    }
    if !pending.isEmpty { eventsArrived?() }
  }

  func signalArrived(_ number: Int32) {
    switch number {
    case SIGWINCH:
      // Back at the size that is known: on the way there the terminal may have moved all that it showed.
      if !takeNewSize() { pending.append(.resumed) }
    case SIGCONT:
      enterAgain()
    case SIGTSTP:
      pending.append(.key(.ctrl("z")))
    default:
      pending.append(.terminate(signal: number))
    }
    eventsArrived?()
  }

  private func readInput() {
    while let input = screen.nextInput() {
      switch input {
      case .key(let key): pending.append(.key(key))
      case .mouse(let event): pending += clicks.events(for: event, at: .now).map { .key(.mouse($0)) }
      case .paste(let text): pending.append(.paste(text))
      case .resize: _ = takeNewSize()
      case .nothing: break
      }
    }
  }

  private func enterAgain() {
    screen.enterAgain()
    _ = takeNewSize()
    pending.append(.resumed)
    eventsArrived?()
  }

  /// - Returns: whether the window has another size than ncurses knew.
  private func takeNewSize() -> Bool {
    var width: Int32 = 0
    var height: Int32 = 0
    guard slotscope_window_size(descriptors.output, &width, &height),
      (Int(width), Int(height)) != screen.size
    else { return false }
    screen.resize(width: Int(width), height: Int(height))
    // Of several sizes only the last is true.
    pending.removeAll { if case .resize = $0 { true } else { false } }
    pending.append(.resize(width: Int(width), height: Int(height)))
    return true
  }
}
