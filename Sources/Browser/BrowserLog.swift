import Builds
import Canvas
import Logging

/// Notes what the browser does: what it was asked for, what became of builds, errors, and frames that took long.
struct BrowserLog {
  private let logger: Logger
  private var states: [Build.ID: String] = [:]
  private var lastNotice: Notice?

  /// A frame within this time looks as if it came at once.
  static let longestFrame = Duration.milliseconds(16)

  init(_ logger: Logger) { self.logger = logger }

  func note(error text: String) { logger.error("\(text)") }

  func note(_ effect: Effect) { logger.debug("effect \(Self.name(of: effect))") }

  /// - Parameter notice: what the status line says after the message.
  mutating func note(_ message: Message, notice: Notice?) {
    if case .builds(let builds, _) = message { note(builds) }
    if let notice, notice != lastNotice {
      if notice.isError { logger.error("\(notice.text)") } else { logger.info("\(notice.text)") }
    }
    lastNotice = notice
  }

  private mutating func note(_ builds: [Build]) {
    for build in builds {
      let state = Self.name(of: build.state)
      guard states.updateValue(state, forKey: build.id) != state else { continue }
      var facts: Logger.Metadata = ["build": "\(build.id)", "name": "\(build.name)"]
      if let slot = build.slotID { facts["slot"] = "\(slot)" }
      if case .failed(let reason) = build.state {
        logger.error("build failed: \(reason)", metadata: facts)
      } else {
        logger.info("build \(state)", metadata: facts)
      }
    }
  }

  func drew(in time: Duration, width: Int, height: Int) {
    guard time > Self.longestFrame else { return }
    logger.warning(
      "a frame took \(time / .milliseconds(1)) ms", metadata: ["width": "\(width)", "height": "\(height)"])
  }

  func ended(_ ending: BrowserEnding) { logger.info("ended: \(ending)") }

  /// The case without what it carries, which may be large.
  private static func name(of value: Any) -> String {
    Mirror(reflecting: value).children.first?.label ?? "\(value)"
  }
}
