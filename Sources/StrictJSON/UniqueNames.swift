/// A name that is compared byte by byte, for sets and dictionaries.
///
/// Swift's `String` takes canonically equivalent names (é in one scalar or in two) for equal; JSON doesn't.
package struct ExactName: Hashable, Sendable {
  package private(set) var text: String

  /// - Parameter text: made of contiguous UTF-8, so that bytes can be lent and compared fast.
  package init(_ text: String) {
    self.text = text
    self.text.makeContiguousUTF8()
  }

  package static func == (left: ExactName, right: ExactName) -> Bool {
    left.withBytes { left in right.withBytes { left.count == $0.count && left.elementsEqual($0) } }
  }

  package func hash(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  private func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    text.utf8.withContiguousStorageIfAvailable(body) ?? Array(text.utf8).withUnsafeBufferPointer(body)
  }
}

/// The names seen so far in an object, compared byte by byte.
package struct UniqueNames {
  private var names: Set<ExactName> = []

  package init() {}

  /// - Returns: false where the name was there before.
  package mutating func insert(_ name: String) -> Bool { names.insert(ExactName(name)).inserted }
}
