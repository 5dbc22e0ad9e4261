import CNcurses
import Dispatch

/// Signals, told on the main queue from the moment that this is made.
///
/// To be made before ncurses starts, which would else take some of them itself and end the process by them.
@MainActor
final class SignalWatch {
  /// Hears the number of a signal; what comes before there is one waits for the main queue as well.
  var arrived: ((Int32) -> Void)?
  private let numbers: [Int32]
  private var sources: [any DispatchSourceSignal] = []

  /// Returns when all are watched: libdispatch begins with that on a thread of its own.
  init(_ numbers: [Int32]) {
    self.numbers = numbers
    let queue = DispatchQueue(label: "slotscope.signals", qos: .userInteractive)
    let begun = DispatchGroup()
    for number in numbers {
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      begun.enter()
      source.setRegistrationHandler { @Sendable in begun.leave() }
      source.setEventHandler { @Sendable [weak self] in
        DispatchQueue.main.async { MainActor.assumeIsolated { self?.arrived?(number) } }
      }
      sources.append(source)
      source.activate()
    }
    begun.wait()
  }

  /// Each does from now on what it does to a program that says nothing about it.
  func stop() {
    for source in sources { source.cancel() }
    sources = []
    arrived = nil
    for number in numbers { slotscope_use_default_action(number) }
  }
}
