import ArgumentParser
import Browser
import Configuration

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Shows where the configuration is, what counts now, and what in it is wrong.",
    discussion: """
      The file is $XDG_CONFIG_HOME/slotscope/config.toml (~/.config/slotscope/config.toml). To begin one:
        mkdir -p ~/.config/slotscope && slotscope config --example > ~/.config/slotscope/config.toml

      Exit code 1 where there are mistakes.
      """)

  @Flag(help: "A file that sets nothing, with every setting and every command commented out.")
  var example = false

  func run() throws {
    let file = UserConfiguration.file
    if example {
      Answer.raw(ConfigurationExample.text(file: file.name, UserConfiguration.vocabulary))
      return
    }
    Answer.line("file  \(file.path)\(file.exists ? "" : " (there is none)")")
    let configuration = UserConfiguration.current
    var table = Table(columns: [
      Table.Column(title: "SETTING"), Table.Column(title: "VALUE"), Table.Column(title: "FROM"),
    ])
    table.rows = Setting.all(UserConfiguration.vocabulary).map { setting in
      let value = configuration.text(of: setting.name)
      return [setting.name.rawValue, value ?? setting.standard, value == nil ? "default" : "file"]
    }
    let problems = UserConfiguration.problems
    let refused = Set(problems.map(\.place))
    table.rows += configuration.keys.filter { !refused.contains($0.place) }.map { setting in
      let scope = setting.scope.map { "keys.\($0)." } ?? "keys."
      return [scope + setting.command, ConfigurationExample.list(setting.keys), "file"]
    }
    table.print()
    for problem in problems { Message.note(problem.description) }
    if !problems.isEmpty { throw ExitCode(Failure.no) }
  }
}
