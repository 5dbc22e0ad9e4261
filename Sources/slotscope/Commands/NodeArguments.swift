import ArgumentParser
import ModelContext
import Tensors

extension DType: ExpressibleByArgument {}

extension NodeType: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
  public var defaultValueDescription: String { rawValue.lowercased() }
  public static var allValueStrings: [String] { allCases.map { $0.rawValue.lowercased() } }
}

/// `KEY=VALUE` pairs.
enum Settings {
  static func config(_ pairs: [String]) throws -> Config {
    var config: Config = [:]
    for pair in pairs {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ValidationError("--set wants KEY=VALUE, such as temperature=0.9; got '\(pair)'")
      }
      config[String(parts[0])] = ConfigValue(typed: String(parts[1]))
    }
    return config
  }
}
