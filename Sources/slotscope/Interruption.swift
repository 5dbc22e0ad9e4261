import ArgumentParser
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: stop the work instead of the process, so that nothing is left behind. Before and after it, such
/// as while a question is asked, they end the process.
final class Interruption {
  private final class Work: Sendable {
    let action: @Sendable () -> Void
    let wasAsked = Atomic<Bool>(false)

    init(_ action: @escaping @Sendable () -> Void) { self.action = action }
  }

  private struct State {
    /// Made once: libdispatch does not take a signal a second time.
    var sources: [any DispatchSourceSignal] = []
    var work: Work?
  }

  private static let state = Mutex(State())
  private let work: Work

  init(_ action: @escaping @Sendable () -> Void) {
    let work = Work(action)
    self.work = work
    Self.state.withLock { state in
      state.work = work
      if state.sources.isEmpty { state.sources = [SIGINT, SIGTERM, SIGHUP].map(Self.source) }
    }
  }

  deinit {
    Self.state.withLock { state in
      if state.work === work { state.work = nil }
    }
  }

  var wasAsked: Bool { work.wasAsked.load(ordering: .relaxed) }

  private static func source(_ number: Int32) -> any DispatchSourceSignal {
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      guard let work = state.withLock({ $0.work }) else { return end(by: number) }
      work.wasAsked.store(true, ordering: .relaxed)
      work.action()
    }
    source.resume()
    return source
  }

  /// As if nobody had taken the signal. All of libdispatch's threads block it.
  private static func end(by number: Int32) {
    signal(number, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
  }
}
