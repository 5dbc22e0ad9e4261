import ArgumentParser
import Browser
import Canvas
import Curses
import SlotStore

struct Browse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Opens the browser (the default).", discussion: "Press ? in it for its keys.")

  @OptionGroup var store: StoreArguments
  @Option(help: "Show slots of this model type, such as LLM or CNN.") var type: String?
  @Option(help: "Select this slot.") var slot: Int?
  @Option(
    help: """
      Colours: auto (for any background), dark, light, high-contrast or mono. Without it NO_COLOR means mono.
      """) var theme: ThemeName?
  @Option(help: .hidden) var traceLatency: String?

  @MainActor
  func run() async throws {
    let store = try store.open(.write)
    if let slot, try !store.exists(slot) { throw StoreError.noSlot(slot) }
    let terminal = try Terminal.start(TerminalOptions(theme: theme))
    let tracing = traceLatency.map { (path: $0, terminal: TracingTerminal(terminal)) }
    let ending = await BrowserApp(
      store: store, terminal: tracing?.terminal ?? terminal,
      options: BrowserOptions(modelType: type, slotID: slot)
    ).run()
    terminal.stop()
    if let tracing { try tracing.terminal.trace.write(to: tracing.path) }
    switch ending {
    case .quit: return
    case .signal(let number): throw ExitCode(128 + number)
    case .hangUp: throw ExitCode(128 + 1)
    }
  }
}

extension Terminal: BrowserTerminal {}

extension ThemeName: ExpressibleByArgument {}
