import Builds
import Canvas
import Configuration
import Foundation
import Inspection
import Logging
import SlotStore

/// How the browser is opened.
package struct BrowserOptions: Sendable {
  /// The model type to begin with; nil for all.
  package var modelType: String?
  /// The slot to begin with.
  package var slotID: Int?
  /// How many builds run at once; nil for one per core.
  package var parallelBuilds: Int?

  /// What a person has set, and the file's name.
  package var configuration = Preferences()
  package var configurationFile = ""
  /// Where the place in the store is remembered; nil where it is not.
  package var places: PlaceFile?
  /// Where it is noted what happens.
  package var log: Logger?

  package init(modelType: String? = nil, slotID: Int? = nil, parallelBuilds: Int? = nil) {
    self.modelType = modelType
    self.slotID = slotID
    self.parallelBuilds = parallelBuilds
  }
}

/// Why the browser ended.
package enum BrowserEnding: Sendable, Equatable {
  case quit
  case signal(Int32)
  /// The terminal is gone.
  case hangUp
}

/// The browser on a store and a terminal: performs what the state asks for, away from the main actor, and draws.
///
///     let ending = await BrowserApp(store: store, terminal: terminal).run()
@MainActor
package final class BrowserApp {
  private(set) package var state: BrowserState
  private let terminal: any BrowserTerminal
  private let builds: BuildQueue
  private let inbox = Inbox()
  private let performer: EffectPerformer
  private let places: PlaceFile?
  private var log: BrowserLog?
  private var shown: Frame?
  private var ending: BrowserEnding?
  private var whenEnded: CheckedContinuation<Void, Never>?

  package init(
    store: PersistentStore, terminal: any BrowserTerminal, options: BrowserOptions = BrowserOptions()
  ) {
    self.terminal = terminal
    builds =
      options.parallelBuilds.map { BuildQueue(store: store, parallel: $0) } ?? BuildQueue(store: store)
    let work = StoreWork(store: store, inspector: Inspector(store: store))
    performer = EffectPerformer(work: work, builds: builds, inbox: inbox)
    let facts = StoreFacts(
      path: HomeFolder.shortened(store.directory), readOnlyReason: work.readOnlyReason)
    state = BrowserState(
      store: facts, width: terminal.size.width, height: terminal.size.height, glyphs: terminal.glyphs,
      now: Date(),
      modelType: options.modelType, slotID: options.slotID)
    state.theme = terminal.theme
    places = options.places
    log = options.log.map(BrowserLog.init)
    if let place = places?.read() {
      state.restore(place, modelType: options.modelType, slotID: options.slotID)
    }
    state.configure(options.configuration, file: options.configurationFile)
  }

  /// Runs until the user quits, a signal says so, or the terminal is gone. Builds that still run are cancelled, and
  /// leave nothing behind.
  package func run() async -> BrowserEnding {
    let sources = startSources()
    defer { for source in sources { source.cancel() } }
    let clock = startClock()
    defer { clock.cancel() }
    for effect in state.settle() { perform(effect) }
    draw()
    performer.prepareStore()
    await withCheckedContinuation { continuation in
      whenEnded = continuation
      inbox.listen { [weak self] in self?.step() }
      inbox.ring()
    }
    inbox.listen(nil)
    performer.cancelAll()
    await performer.finishChanges()
    await performer.tasks.stop()
    if !builds.isIdle {
      builds.cancelAll()
      await builds.waitUntilIdle()
    }
    rememberPlace()
    log?.ended(ending ?? .quit)
    return ending ?? .quit
  }

  /// What can't be kept is no reason to keep anybody from leaving.
  private func rememberPlace() {
    guard let places else { return }
    do { try places.write(state.place(in: places.store)) } catch {
      log?.note(error: "the place was not remembered in \(places.path): \(error)")
    }
  }

  /// Takes in everything that has happened, then draws once.
  private func step() {
    guard whenEnded != nil else { return }
    for event in terminal.drainEvents() where ending == nil {
      note(event)
      take(.event(event))
    }
    for message in inbox.drain() { take(message) }
    if ending == nil {
      take(.time(Date()))
      draw()
    }
    guard ending != nil, let ended = whenEnded else { return }
    whenEnded = nil
    ended.resume()
  }

  private func note(_ event: TerminalEvent) {
    switch event {
    case .terminate(let signal): ending = .signal(signal)
    case .hangUp: ending = .hangUp
    default: break
    }
  }

  private func take(_ message: Message) {
    let effects = state.apply(message)
    log?.note(message, notice: state.notice)
    for effect in effects { perform(effect) }
  }

  private func draw() {
    let start = ContinuousClock.now
    let frame = state.draw()
    guard frame != shown else { return }
    shown = frame
    terminal.show(frame.canvas, cursor: frame.cursor.map { ($0.x, $0.y) })
    log?.drew(in: start.duration(to: .now), width: frame.canvas.width, height: frame.canvas.height)
  }

  /// What concerns the terminal is done here, all else away from the main actor.
  private func perform(_ effect: Effect) {
    log?.note(effect)
    switch effect {
    case .copy(let text): terminal.copyToClipboard(text)
    case .redraw:
      shown = nil
      terminal.redraw()
    case .useTheme(let theme):
      terminal.use(theme)
      take(.theme(terminal.theme, terminal.glyphs))
    case .suspend: terminal.suspend()
    case .openShell: openShell()
    case .quit: if ending == nil { ending = .quit }
    default: performer.perform(effect)
    }
  }

  /// Whatever was done in it may have changed the store.
  private func openShell() {
    let directory = performer.work.store.directory
    shown = nil
    let problem = terminal.openShell(
      in: directory, environment: ["SLOTSCOPE_STORE": directory],
      greeting: "slotscope: a shell in \(state.store.path), where slotscope's commands mean this store. "
        + "exit comes back.")
    if let problem { inbox.post(.notice(problem, isError: true)) }
    inbox.post(.storeChanged)
  }

  /// The store is looked at again at most this often.
  private static let pause = Duration.milliseconds(200)

  /// Whoever else may wake the browser: the terminal, the builds, and whatever program changes the store.
  private func startSources() -> [Task<Void, Never>] {
    let inbox = inbox
    let builds = builds
    terminal.eventsArrived = { inbox.ring() }
    let changes = builds.changes()
    let commits = performer.work.store.changes()
    let store = performer.work.store
    let elsewhere = performer.work.store.savesElsewhere()
    let damage = performer.damage
    return [
      Task.detached {
        // After the first page: Linux takes its time to watch a folder of which it remembers a million names. Where
        // the pause is cancelled, nobody wants news any more.
        do { try await Task.sleep(for: Self.pause) } catch { return }
        let files = store.fileChanges()
        inbox.post(.storeChanged)
        damage.storeChanged()
        for await _ in files {
          damage.storeChanged()
          inbox.post(.storeChanged)
          try? await Task.sleep(for: Self.pause)
        }
      },
      Task { for await saves in elsewhere { inbox.post(.elsewhere(saves, Date())) } },
      Task {
        for await _ in changes {
          BackgroundThreads.giveWay()
          inbox.post(.builds(builds.builds, Date()))
        }
      },
      Task {
        for await _ in commits {
          damage.storeChanged()
          inbox.post(.storeChanged)
          // Commits meanwhile wait in the stream, as one. Where the pause is cancelled, the stream has ended too.
          try? await Task.sleep(for: Self.pause)
        }
      },
    ]
  }

  /// Ages are drawn anew once a minute, and rows are read again: files may have changed without the index.
  private func startClock() -> any DispatchSourceTimer {
    let inbox = inbox
    let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: .now() + 60, repeating: 60, leeway: .seconds(5))
    timer.setEventHandler { inbox.post(.storeChanged) }
    timer.activate()
    return timer
  }
}
