import ArgumentParser
import Builds
import FileLog
import Logging
import Synchronization

/// The log of this run, where `--log` asks for one.
enum CommandLog {
  private static let logger = Mutex<Logger?>(nil)

  static var current: Logger? { logger.withLock { $0 } }

  /// - Throws: `LogFileError`, before anything else is done.
  static func open(for command: any ParsableCommand) throws {
    guard let path = path(in: command) else { return }
    let file = try LogFile(path: path)
    let opened = Logger(label: "slotscope") { FileLogHandler(file: file, label: $0) }
    opened.info("slotscope \(Slotscope.version): \(CommandLine.arguments.dropFirst().joined(separator: " "))")
    logger.withLock { $0 = opened }
  }

  private static func path(in command: any ParsableCommand) -> String? {
    for child in Mirror(reflecting: command).children {
      if let group = child.value as? OptionGroup<StoreArguments> { return group.wrappedValue.log }
    }
    return nil
  }
}
