import Builds
import Foundation

/// `~`, as a shell means it.
enum HomeFolder {
  /// `HOME` where it is set, else what the system has on record for the user.
  static let path: String = {
    let named = ProcessInfo.processInfo.environment["HOME"] ?? ""
    return named.hasPrefix("/") ? named : NSHomeDirectory()
  }()

  /// `~/models` for a folder in the home folder.
  static func shortened(_ path: String, home: String = path) -> String {
    var home = home
    while home.count > 1, home.hasSuffix("/") { home.removeLast() }
    guard home.count > 1, path == home || path.hasPrefix(home + "/") else { return path }
    return "~" + path.dropFirst(home.count)
  }

  /// The reverse.
  static func expanded(_ path: String, home: String = path) -> String {
    path == "~" || path.hasPrefix("~/") ? home + path.dropFirst() : path
  }
}

extension BuildOrder {
  /// With `~` in a path replaced by the home folder, as a shell does it.
  var expanded: BuildOrder {
    var order = self
    order.settings.modelPath = order.settings.modelPath.map { HomeFolder.expanded($0) }
    return order
  }
}

extension BuildRequest {
  /// Likewise.
  var expanded: BuildRequest {
    switch self {
    case .build(let order): .build(order.expanded)
    case .importFile(let path, let slotID, let modelType, let name):
      .importFile(path: HomeFolder.expanded(path), slotID: slotID, modelType: modelType, name: name)
    case .rebuild: self
    }
  }
}
