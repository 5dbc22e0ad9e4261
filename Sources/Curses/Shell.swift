import CNcurses
import Dispatch
import Glibc

/// The user's shell, in the foreground of a terminal.
enum Shell {
  /// `$SHELL`, or what every system has.
  static var path: String {
    guard let shell = Environment["SHELL"], !shell.isEmpty else { return "/bin/sh" }
    return shell
  }

  /// Why it can't be run; nil where it seems so.
  static var problem: String? {
    access(path, X_OK) == 0
      ? nil : "can't run \(path): \(String(cString: strerror(errno))); $SHELL says which shell"
  }

  /// Runs it and waits for its end.
  /// - Returns: why it could not be started.
  static func run(in directory: String, environment: [String: String], terminal: Int32) -> String? {
    let path = path
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var process: pid_t = 0
    let error = withCStrings([name]) { arguments in
      withCStrings(merged(environment)) { variables in
        slotscope_start_in_foreground(path, arguments, variables, directory, terminal, &process)
      }
    }
    guard error == 0 else {
      return "can't run \(path) in \(directory): \(String(cString: strerror(error))); $SHELL says which shell"
    }
    let endings = forwardEndings(to: process)
    slotscope_wait_in_foreground(process, terminal)
    for source in endings { source.cancel() }
    return nil
  }

  /// The process's own variables, `changes` before them.
  private static func merged(_ changes: [String: String]) -> [String] {
    var all = changes.map { "\($0.key)=\($0.value)" }.sorted()
    guard var place = slotscope_environment() else { return all }
    while let entry = place.pointee {
      let text = String(cString: entry)
      if changes[String(text.prefix { $0 != "=" })] == nil { all.append(text) }
      place += 1
    }
    return all
  }

  /// Who asks this program to end, asks the shell as well: as a terminal that closes does.
  private static func forwardEndings(to process: pid_t) -> [any DispatchSourceSignal] {
    [SIGTERM, SIGHUP].map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        kill(process, SIGHUP)
        kill(process, SIGCONT)
      }
      source.activate()
      return source
    }
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
  }
}
