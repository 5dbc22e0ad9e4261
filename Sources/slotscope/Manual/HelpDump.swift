import Foundation

/// What the argument parser tells of a command: the parts of its dump that a manual needs.
struct HelpDump: Decodable {
  struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool?
    var subcommands: [Command]?
    var arguments: [Argument]?
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String

      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    var kind: String
    var shouldDisplay: Bool
    var isOptional: Bool
    var isRepeating: Bool
    var names: [Name]?
    var valueName: String?
    var defaultValue: String?
    var abstract: String?
  }

  var command: Command

  static func of(_ command: Slotscope.Type) throws -> HelpDump {
    try JSONDecoder().decode(HelpDump.self, from: Data(command._dumpHelp().utf8))
  }
}

extension HelpDump.Command {
  /// Those that a person may use.
  var shownSubcommands: [HelpDump.Command] {
    (subcommands ?? []).filter { $0.shouldDisplay ?? true && $0.commandName != "help" }
  }

  var shownArguments: [HelpDump.Argument] { (arguments ?? []).filter(\.shouldDisplay) }
}
