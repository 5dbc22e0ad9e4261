import ModelContext

/// A config on one line, as people type it: `temperature=0.9, top_p=0.5`.
enum ConfigText {
  /// - Returns: the config, or what is wrong with the text.
  static func parse(_ text: String) -> Outcome<Config> {
    var config: Config = [:]
    for part in text.split(separator: ",") {
      let item = trimmed(part)
      if item.isEmpty { continue }
      guard let equals = item.firstIndex(of: "="), equals != item.startIndex else {
        return .failure("name=value, separated by commas")
      }
      let name = trimmed(item[..<equals])
      let value = trimmed(item[item.index(after: equals)...])
      if value.isEmpty { return .failure("\(name) has no value") }
      if config[String(name)] != nil { return .failure("\(name) is there twice") }
      config[String(name)] = ConfigValue(typed: String(value))
    }
    return .success(config)
  }

  /// What is wrong with a config for a node that starts from `defaults`: a number there stays a number.
  static func problem(in text: String, defaults: Config) -> String? {
    switch parse(text) {
    case .failure(let problem): return problem
    case .success(let config):
      for (name, value) in config.sorted(by: { $0.key < $1.key }) {
        if case .string = value, let known = defaults[name], known.isNumber { return "\(name) is a number" }
      }
      return nil
    }
  }

  /// The text with the name that was typed last completed to what all that begin so have in common, and `=` after a
  /// whole one.
  ///
  /// - Returns: nil where there is nothing to complete.
  static func completed(_ text: String, names: [String]) -> String? {
    let start = text.lastIndex(of: ",").map { text.index(after: $0) } ?? text.startIndex
    let typed = trimmed(text[start...])
    if typed.isEmpty || typed.contains("=") { return nil }
    let found = names.filter { $0.hasPrefix(typed) }
    guard var common = found.first else { return nil }
    for name in found {
      common = String(zip(common, name).prefix { $0 == $1 }.map(\.0))
    }
    if found.count == 1 { common += "=" }
    return common.count > typed.count ? text.dropLast(typed.count) + common : nil
  }

  static func text(_ config: Config) -> String {
    config.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: ", ")
  }

  /// Whether the config can be shown in the form, and comes out of it as it was.
  static func isTypable(_ config: Config) -> Bool {
    let length = config.reduce(0) { $0 + $1.key.utf8.count + $1.value.text.utf8.count + 3 }
    guard length <= TextField.limit, case .success(let typed) = parse(text(config)),
      typed.count == config.count
    else { return false }
    return config.allSatisfy { name, value in
      if case .string = value { return typed[name] == value }
      return typed[name]?.text == value.text
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension ConfigValue {
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .number: true
    case .string, .bool, .other: false
    }
  }
}
