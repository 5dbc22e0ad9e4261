import ArgumentParser
import Builds
import Foundation
import SlotStore

/// Where the store is.
struct StoreArguments: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("The store's folder.", valueName: "dir"), completion: .directory)
  var store: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Append to this file what is done and what goes wrong.", valueName: "file"),
    completion: .file())
  var log: String?

  /// `--store`, else `$SLOTSCOPE_STORE`, else the user's data folder.
  var directory: String {
    let environment = ProcessInfo.processInfo.environment
    if let store { return (store as NSString).expandingTildeInPath }
    if let store = environment["SLOTSCOPE_STORE"], !store.isEmpty { return store }
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/slotscope" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/slotscope"
  }

  func open(_ access: StoreOptions.Access) throws -> PersistentStore {
    var options = StoreOptions(access: access)
    options.keepRevisions = UserConfiguration.current.keep ?? options.keepRevisions
    options.onWait = { Message.note("another process is writing to the store; waiting for it …") }
    options.onWarning = { Message.note("warning: " + $0) }
    return try PersistentStore(at: directory, options: options)
  }
}

/// Slots as typed: `7`, `1-20`, `3,5,9`.
enum SlotNumbers {
  static func parse(_ texts: [String]) throws -> [Int] {
    do { return try SlotRanges.parse(texts) } catch { throw ValidationError(error.description) }
  }
}
