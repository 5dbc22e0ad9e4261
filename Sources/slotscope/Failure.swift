import ArgumentParser
import Builds
import Inspection
import ModelContext
import SlotStore

/// What an error means to the caller's shell.
enum Failure {
  /// The answer is no: a mismatch, nothing found.
  static let no: Int32 = 1
  /// It could not be done: a bad file, no permission, a full disk.
  static let impossible: Int32 = 2

  /// Stopped by Ctrl-C, as shells say it.
  static let interrupted: Int32 = 130

  static func exitCode(_ error: any Error) -> Int32 {
    switch error {
    case StoreError.noSlot, StoreError.nothingToRestore, StoreError.checksumMismatch: no
    case is InspectionError, is ExportError: no
    default: impossible
    }
  }

  /// Errors of what was typed: the parser prints them with the usage.
  static func usage(_ error: any Error) -> (any Error)? {
    switch error {
    case is ValidationError, is CleanExit: error
    case NodeError.unknownPreset, NodeError.dtypeNotSupported: ValidationError(String(describing: error))
    default: nil
    }
  }
}

/// What only a command can refuse.
enum CommandError: Error, CustomStringConvertible {
  case demoOverSlots(String)

  var description: String {
    switch self {
    case .demoOverSlots(let directory):
      "\(directory): there are slots in it already; name a folder that is no store yet"
    }
  }
}
