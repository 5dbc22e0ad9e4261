import Foundation
import Glibc

/// A file that lines are appended to, by several processes if need be: each line is written at once.
package final class LogFile: Sendable {
  private let descriptor: Int32

  /// - Throws: ``LogFileError``.
  package init(path: String) throws(LogFileError) {
    // What is no file, a pipe for one, must not be waited for.
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
    guard descriptor >= 0 else {
      throw LogFileError(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit { close(descriptor) }

  /// What can't be written is lost: a full disk must not stop what is logged.
  func append(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return }
      start += count
    }
  }
}

/// Why a file can't be the log.
package struct LogFileError: Error, Sendable, Equatable, CustomStringConvertible {
  package var path: String
  package var reason: String

  package var description: String {
    "can't write the log \(path): \(reason); --log takes a file in a folder that exists"
  }
}
