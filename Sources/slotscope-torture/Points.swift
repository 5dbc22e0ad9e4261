import ArgumentParser
import Foundation
import SlotStore
import Synchronization

/// A point at which a writer can die: the store's operations are numbered from 1, and have names such as
/// `save: rename revisions/`.
enum Point: ExpressibleByArgument {
  case number(Int)
  /// The first of that name.
  case name(String)

  init?(argument: String) { self = Int(argument).map(Point.number) ?? .name(argument) }
}

/// The store's operations as the probe sees them; names each, or dies at one.
final class Points: Sendable {
  private let directory: String
  private let report: Report
  private let isTelling: Bool
  private let deadly: Point?
  private let count = Atomic<Int>(0)

  /// - Parameters:
  ///   - isTelling: whether each is printed.
  ///   - deadly: the one before which the process kills itself.
  init(directory: String, report: Report, isTelling: Bool, deadly: Point?) {
    self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    self.report = report
    self.isTelling = isTelling
    self.deadly = deadly
  }

  func passed(_ operation: StoreOperation, _ path: String) {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    let name = "\(report.doing): \(operation) \(place(path))"
    if isDeadly(number, name) {
      report.say("dying \(number) \(name)")
      kill(getpid(), SIGKILL)
    }
    if isTelling { report.say("point \(number) \(name)") }
  }

  private func isDeadly(_ number: Int, _ name: String) -> Bool {
    switch deadly {
    case .number(let wanted): number == wanted
    case .name(let wanted): name == wanted
    case nil: false
    }
  }

  /// Relative to the store. Of a file that has a number in its name only the folder: `revisions/`.
  private func place(_ path: String) -> String {
    if path == directory { return "./" }
    let relative = path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      return relative + "/"
    }
    guard relative.contains(where: \.isNumber), let slash = relative.lastIndex(of: "/") else {
      return relative
    }
    return String(relative[...slash])
  }
}
