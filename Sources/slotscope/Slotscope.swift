import ArgumentParser
import Canvas
import Foundation

/// The program: one subcommand per file in `Commands`.
struct Slotscope: AsyncParsableCommand {
  static let version = "0.1.0"
  /// Of that version; the manual page shows it.
  static let date = "2026-11-25"

  static let configuration = CommandConfiguration(
    commandName: "slotscope",
    abstract: "Keeps built models in numbered slots, and shows what is in them.",
    discussion: """
      Without a command it opens the browser.

      The store is --store DIR, else $SLOTSCOPE_STORE, else $XDG_DATA_HOME/slotscope \
      (~/.local/share/slotscope). build, import and demo make it where there is none.

      Begin with:
        slotscope demo ~/models && slotscope --store ~/models
        slotscope import model.safetensors
        slotscope build llm --preset gpt2

      Exit codes: 0 done; 1 the answer is no (a mismatch, nothing found); 2 could not be done; 64 usage.
      """,
    version: version,
    subcommands: [
      Browse.self, List.self, Show.self, BuildCommand.self, Rebuild.self, Import.self, Export.self,
      Verify.self, Check.self, Stats.self, Diff.self, PythonCommand.self, History.self, Restore.self,
      Delete.self, CollectGarbage.self, Info.self, Demo.self, ConfigCommand.self, ManualCommand.self,
    ],
    defaultSubcommand: Browse.self)

  @OptionGroup var store: StoreArguments
}

@main
enum Main {
  static func main() {
    // A reader of our output that goes away is an error to report, not a death.
    signal(SIGPIPE, SIG_IGN)
    // Likewise a limit on the size of files.
    signal(SIGXFSZ, SIG_IGN)
    let command: any ParsableCommand
    do {
      command = try Slotscope.parseAsRoot(Arguments.joiningRanges(Array(CommandLine.arguments.dropFirst())))
    } catch {
      Slotscope.exit(withError: error)
    }
    do { try GivenNames.check() } catch {
      Message.error(error.description)
      exit(Failure.impossible)
    }
    guard let asynchronous = command as? any AsyncParsableCommand else {
      end { () throws in
        try CommandLog.open(for: command)
        var command = command
        try command.run()
      }
    }
    // Safe: it is given away, and nobody else has it.
    nonisolated(unsafe) let given = asynchronous
    Task { await end(given) }
    // Not an asynchronous `main`, which would leave the main queue to whichever thread of libdispatch is free: the
    // first thread keeps its priority where all others give way (`BackgroundThreads`).
    while true { RunLoop.main.run() }
  }

  private static func end(_ command: sending any AsyncParsableCommand) async -> Never {
    var command = command
    let outcome: Result<Void, any Error>
    do {
      try CommandLog.open(for: command)
      outcome = .success(try await command.run())
    } catch { outcome = .failure(error) }
    end { () throws in try outcome.get() }
  }

  /// Ends the process as what was done ended.
  private static func end(_ work: () throws -> Void) -> Never {
    do {
      try work()
      exit(EXIT_SUCCESS)
    } catch let error as ExitCode {
      exit(error.rawValue)
    } catch is CancellationError {
      exit(Failure.interrupted)
    } catch {
      if let usage = Failure.usage(error) { Slotscope.exit(withError: usage) }
      // `--help` comes here as an error, too.
      if Slotscope.exitCode(for: error) == .success { Slotscope.exit(withError: error) }
      Message.error(String(describing: error))
      exit(Failure.exitCode(error))
    }
  }
}

enum Arguments {
  /// `--range LO HI` as one value, `--range LO:HI`: a parser would take a negative number for an option.
  static func joiningRanges(_ arguments: [String]) -> [String] {
    var joined: [String] = []
    var index = 0
    while index < arguments.count {
      if arguments[index] == "--range", index + 2 < arguments.count, Double(arguments[index + 1]) != nil,
        Double(arguments[index + 2]) != nil
      {
        joined.append("--range=\(arguments[index + 1]):\(arguments[index + 2])")
        index += 3
      } else {
        joined.append(arguments[index])
        index += 1
      }
    }
    return joined
  }
}
