import ArgumentParser

/// Uses a store hard, so that another process can kill it at any moment and see what it left:
/// `Tests/EndToEnd/crash.py`.
@main
struct Torture: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slotscope-torture",
    abstract: "Changes and reads a store as fast as it can, for the crash tests.",
    subcommands: [Write.self, Read.self])
}
