/// Names of files as text. Paths are `String`s here, and so UTF-8: made of other bytes, they would lead elsewhere.
package enum PathText {
  /// A name as people read it: what is no ASCII as `\xE9`.
  package static func escaped(_ name: some Sequence<UInt8>) -> String {
    String(
      decoding: name.flatMap { byte -> [UInt8] in
        byte < 0x80 ? [byte] : Array("\\x\(String(byte, radix: 16, uppercase: true))".utf8)
      }, as: UTF8.self)
  }
}
