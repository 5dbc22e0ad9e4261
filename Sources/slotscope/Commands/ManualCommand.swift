import ArgumentParser
import Browser

/// What `make install` makes the manual page with.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Prints the manual page, for man.", shouldDisplay: false)

  @Flag(help: "Only the list of keys, as the README has it.") var keys = false

  func run() throws {
    Answer.raw(
      keys ? bindingTable() : ManualPage.text(try HelpDump.of(Slotscope.self), UserConfiguration.vocabulary))
  }
}
