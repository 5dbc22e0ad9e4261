import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: stop the work instead of the process, so that nothing is left behind.
final class Interruption {
  private let sources: [any DispatchSourceSignal]
  private let flag: Flag

  private final class Flag: Sendable {
    let isSet = Atomic<Bool>(false)
  }

  init(_ action: @escaping @Sendable () -> Void) {
    let flag = Flag()
    self.flag = flag
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        flag.isSet.store(true, ordering: .relaxed)
        action()
      }
      source.resume()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }

  var wasAsked: Bool { flag.isSet.load(ordering: .relaxed) }
}
