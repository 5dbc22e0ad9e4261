import Canvas
import Foundation
import Logging

/// Writes log messages as lines: `2026-11-23T12:00:00.123Z error browser: what happened slot=7`.
///
/// Control characters are made visible, so that a line is a line whatever a store or file holds.
package struct FileLogHandler: LogHandler {
  private let file: LogFile
  private let label: String
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  package var logLevel = Logger.Level.debug

  package init(file: LogFile, label: String) {
    self.file = file
    self.label = label
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    file.append(
      Self.line(
        at: Date(), level: event.level, label: label, message: event.message.description,
        metadata: metadata.merging(event.metadata ?? [:]) { $1 }))
  }

  static func line(
    at date: Date, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata
  ) -> String {
    let time = date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let facts = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    return "\(time) \(level) \(label): " + VisibleText.sanitize(message + facts, limit: 16384)
  }
}
