import Foundation
import Interchange
import Tensors

/// Finds the paths that begin as what was typed. Relative ones begin in the folder that the program was started in.
struct FolderReader {
  let home: String
  /// Candidates in an answer.
  var limit = 1000
  /// Files of an answer that are looked into, to tell models by their content; the rest are told by their names.
  var looks = 200

  private static let modelExtensions = [
    ".safetensors", ".gguf", ".npy", ".npz", ".pt", ".pth", ".bin", ".ckpt", ".index.json",
  ]

  private struct Entry {
    var name: [UInt8]
    var isFolder: Bool
  }

  /// - Returns: nil where it was cancelled.
  func answer(to question: PathQuestion, progress: WorkProgress) -> PathAnswer? {
    let text = question.text == "~" ? "~/" : question.text
    let slash = text.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(text[...$0]) } ?? ""
    let typed = Array((slash.map { text[text.utf8.index(after: $0)...] } ?? text[...]).utf8)
    let path = folder.isEmpty ? "." : HomeFolder.expanded(folder, home: home)
    guard let stream = opendir(path) else {
      return PathAnswer(folder: folder, problem: Self.problem(with: folder, code: errno))
    }
    defer { closedir(stream) }
    guard
      var entries = entries(of: stream, beginning: typed, question.purpose, progress: progress)
    else { return nil }
    entries.sort {
      $0.isFolder != $1.isFolder ? $0.isFolder : NaturalOrder.compare($0.name, $1.name) < 0
    }
    var candidates: [PathCandidate] = []
    for (number, entry) in entries.prefix(limit).enumerated() {
      if progress.isCancelled { return nil }
      let candidate = candidate(
        entry, in: path, of: dirfd(stream), question.purpose, isLookedInto: number < looks)
      candidates.append(candidate)
    }
    return PathAnswer(
      folder: folder, candidates: candidates, count: entries.count,
      commonPrefix: Self.commonPrefix(of: entries.map(\.name), typed: typed))
  }

  /// Hidden ones only where a dot was typed.
  private func entries(
    of stream: OpaquePointer, beginning typed: [UInt8], _ purpose: PathPurpose, progress: WorkProgress
  ) -> [Entry]? {
    guard let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
    let dot = UInt8(ascii: ".")
    var entries: [Entry] = []
    var seen = 0
    while let record = readdir(stream) {
      seen += 1
      if seen % 256 == 0, progress.isCancelled { return nil }
      // The record is as long as the name needs, and so shorter than its type says.
      let start = UnsafeRawPointer(record) + nameOffset
      let name = Array(
        UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self))))
      guard name.starts(with: typed), name != [dot], name != [dot, dot] || typed == name,
        name.first != dot || typed.first == dot
      else { continue }
      let isFolder = isFolder(Int(record.pointee.d_type), name, of: dirfd(stream))
      if purpose == .folder, !isFolder { continue }
      entries.append(Entry(name: name, isFolder: isFolder))
    }
    return entries
  }

  private func isFolder(_ type: Int, _ name: [UInt8], of folder: Int32) -> Bool {
    switch type {
    case Int(DT_DIR): true
    case Int(DT_LNK), Int(DT_UNKNOWN):
      status(name, of: folder).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    default: false
    }
  }

  /// Where a link leads counts.
  private func status(_ name: [UInt8], of folder: Int32) -> stat? {
    var status = stat()
    return (name + [0]).withUnsafeBytes {
      fstatat(folder, $0.bindMemory(to: CChar.self).baseAddress!, &status, 0) == 0
    } ? status : nil
  }

  private func candidate(
    _ entry: Entry, in path: String, of folder: Int32, _ purpose: PathPurpose, isLookedInto: Bool
  ) -> PathCandidate {
    guard let name = String(validating: entry.name, as: UTF8.self) else {
      return PathCandidate(
        PathText.escaped(entry.name), isFolder: entry.isFolder, isFit: false, isTypable: false)
    }
    if entry.isFolder { return PathCandidate(name, isFolder: true) }
    let status = status(entry.name, of: folder)
    guard let status, status.st_mode & S_IFMT == S_IFREG else { return PathCandidate(name, isFit: false) }
    let isFit =
      switch purpose {
      case .folder: false
      case .export: ExportFormat(path: name) != nil
      case .model:
        isLookedInto
          ? ModelFiles().recognises(path.hasSuffix("/") ? path + name : path + "/" + name)
          : Self.modelExtensions.contains { name.lowercased().hasSuffix($0) }
      }
    return PathCandidate(name, sizeBytes: Int(status.st_size), isFit: isFit)
  }

  /// Names that can't be typed have no say.
  private static func commonPrefix(of names: [[UInt8]], typed: [UInt8]) -> String {
    var common: [UInt8]?
    for name in names where String(validating: name, as: UTF8.self) != nil {
      common = common.map { zip($0, name).prefix { $0 == $1 }.map(\.0) } ?? name
    }
    var prefix = common ?? typed
    // Cut between characters, not inside of one.
    while String(validating: prefix, as: UTF8.self) == nil { prefix.removeLast() }
    return String(decoding: prefix, as: UTF8.self)
  }

  private static func problem(with folder: String, code: Int32) -> String {
    let name = folder.isEmpty ? "this folder" : folder
    return switch code {
    case ENOENT: "there is no folder \(name)"
    case ENOTDIR: "\(name) is not a folder"
    case EACCES, EPERM: "\(name) can't be read: permission denied"
    default: "\(name) can't be read: \(String(cString: strerror(code)))"
    }
  }
}
