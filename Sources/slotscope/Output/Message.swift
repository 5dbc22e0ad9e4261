import Canvas
import Foundation

/// Words to the user on standard error; standard output is for the answer alone.
enum Message {
  static func error(_ text: String) {
    CommandLog.current?.error("\(text)")
    write("slotscope: " + text)
  }

  static func note(_ text: String) {
    CommandLog.current?.info("\(text)")
    write(text)
  }

  /// Whatever comes from a file or store is made visible, never sent to the terminal.
  private static func write(_ text: String) {
    FileHandle.standardError.write(Data((VisibleText.sanitize(text) + "\n").utf8))
  }
}

/// Lines on standard output.
enum Answer {
  static func line(_ text: String) { raw(VisibleText.sanitize(text)) }

  /// Text that is known to be safe, such as JSON.
  static func raw(_ text: String) {
    var bytes = Array((text + "\n").utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        if errno != EPIPE { Message.error("can't write the answer: \(String(cString: strerror(errno)))") }
        exit(Failure.impossible)
      }
    }
  }
}
