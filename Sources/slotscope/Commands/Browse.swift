import ArgumentParser
import Browser
import Canvas
import Curses
import Foundation
import SlotStore

struct Browse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Opens the browser (the default).", discussion: "Press ? in it for its keys.")

  @OptionGroup var store: StoreArguments
  @Option(help: "Show slots of this model type, such as LLM or CNN.", completion: Completions.modelTypes)
  var type: String?
  @Option(help: "Select this slot.", completion: Completions.slots) var slot: Int?
  @Option(
    help: """
      Colours: auto (for any background), dark, light, high-contrast or mono. Without it NO_COLOR means mono.
      """) var theme: ThemeName?
  @Option(help: .hidden) var traceLatency: String?

  @MainActor
  func run() async throws {
    BrowserMemory.giveBackLargeBlocks()
    let store = try store.open(.write)
    if let slot, try !store.exists(slot) { throw StoreError.noSlot(slot) }
    let configuration = UserConfiguration.current
    var options = BrowserOptions(
      modelType: type, slotID: slot, parallelBuilds: configuration.parallelBuilds)
    options.configuration = configuration
    options.configurationFile = UserConfiguration.file.name
    options.log = CommandLog.current
    if configuration.remember ?? true {
      options.places = PlaceFile(store: store.directory, environment: ProcessInfo.processInfo.environment)
    }
    let terminal = try Terminal.start(TerminalOptions(theme: theme ?? UserConfiguration.theme))
    let tracing = traceLatency.map { (path: $0, terminal: TracingTerminal(terminal)) }
    let ending = await BrowserApp(
      store: store, terminal: tracing?.terminal ?? terminal,
      options: options
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
