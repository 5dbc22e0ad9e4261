import ArgumentParser
import Foundation

/// A question on the terminal before something that should not happen by mistake.
enum Question {
  /// - Parameters:
  ///   - yes: answered beforehand.
  ///   - otherwise: what to type where there is no terminal.
  /// - Throws: `ExitCode` where the answer is no, `ValidationError` where nobody can be asked.
  static func ask(_ question: String, yes: Bool, otherwise: String) throws {
    if yes { return }
    guard isatty(0) == 1 else { throw ValidationError("there is no terminal to ask on: \(otherwise)") }
    FileHandle.standardError.write(Data("\(question) [y/N] ".utf8))
    guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
      Message.note("nothing was changed")
      throw ExitCode(Failure.no)
    }
  }
}
