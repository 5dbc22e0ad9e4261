import Foundation
import Glibc

/// Where the configuration is, and what is in it now.
package struct ConfigurationFile: Sendable {
  package let path: String
  /// As a person writes it.
  package let name: String

  /// Nobody writes more by hand; what is larger is something else.
  static let limit = 1 << 16

  /// - Parameter environment: of the process.
  package init(environment: [String: String]) {
    let home = environment["HOME"] ?? NSHomeDirectory()
    let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.config"
    path = folder + "/slotscope/config.toml"
    name = path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
  }

  package var exists: Bool { access(path, F_OK) == 0 }

  /// A file that is not there sets nothing.
  package func read(_ vocabulary: Vocabulary) -> Preferences {
    switch bytes() {
    case .success(nil): return Preferences()
    case .success(let bytes?):
      guard bytes.count <= Self.limit else { return failure(.tooLarge(limit: Self.limit)) }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        return failure(.notUTF8, line: 1 + Self.linesBeforeBadByte(bytes))
      }
      return ConfigurationReader.read(text, file: name, vocabulary: vocabulary)
    case .failure(let problem): return failure(problem.mistake)
    }
  }

  private func failure(_ mistake: ConfigurationProblem.Mistake, line: Int = 1) -> Preferences {
    var configuration = Preferences()
    configuration.problems = [
      ConfigurationProblem(file: name, place: Place(line: line, column: 1), mistake: mistake)
    ]
    return configuration
  }

  /// At most one byte more than the limit; nil where there is no file.
  private func bytes() -> Result<[UInt8]?, ConfigurationProblem> {
    // What is no file, a pipe for one, must not be waited for.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return errno == ENOENT ? .success(nil) : unreadable() }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= Self.limit {
      let count = Glibc.read(descriptor, &part, part.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { return unreadable() }
      if count == 0 { break }
      bytes += part[..<count]
    }
    return .success(bytes)
  }

  private func unreadable() -> Result<[UInt8]?, ConfigurationProblem> {
    let reason = String(cString: strerror(errno))
    return .failure(
      ConfigurationProblem(
        file: name, place: Place(line: 1, column: 1), mistake: .unreadable(reason: reason)))
  }

  private static func linesBeforeBadByte(_ bytes: [UInt8]) -> Int {
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    return lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
  }
}
