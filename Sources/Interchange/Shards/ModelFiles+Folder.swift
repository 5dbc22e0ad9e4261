import Foundation
import ModelContext
import Tensors

extension ModelFiles {
  /// Opens the one model that a folder holds: by its index of shards; else all its safetensors files together; else
  /// its one model file of another format. Hidden files, and what lies in folders below, do not count.
  func openFolder(_ folder: String) throws -> ModelFile {
    let names = try Self.files(in: folder)
    let indexes = names.filter { $0.hasSuffix(".safetensors.index.json") }
    if let index = try Self.only(of: indexes, in: folder) { return try openFile(folder + "/" + index) }
    let safetensors = names.filter { $0.hasSuffix(".safetensors") }
    if safetensors.count > 1 { return try openShards(safetensors, of: folder) }
    if let file = safetensors.first { return try openFile(folder + "/" + file) }
    let others = names.filter { $0.hasSuffix(".index.json") }
    if let index = try Self.only(of: others, in: folder) { return try openFile(folder + "/" + index) }

    var readable: [String] = []
    var foreign: [String] = []
    for name in names {
      switch Self.format(folder + "/" + name) {
      case .unknown, .json, nil: break
      case .foreign: foreign.append(name)
      default: readable.append(name)
      }
    }
    // What is not read says so itself, and what to do about it.
    let model = try Self.only(of: readable, in: folder) ?? Self.only(of: foreign, in: folder)
    guard let model else { throw InterchangeError.shards(path: folder, .noModel) }
    return try openFile(folder + "/" + model)
  }

  /// Regular files and links to such, in the order of their names' bytes.
  private static func files(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else { throw FileError("opendir", folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      var status = stat()
      if !name.hasPrefix("."), stat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
        names.append(name)
      }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func only(of names: [String], in folder: String) throws -> String? {
    if names.count > 1 { throw InterchangeError.shards(path: folder, .ambiguous(files: names)) }
    return names.first
  }

  private static func format(_ path: String) -> FileFormat? {
    guard let file = try? FileSource(OpenFile(path: path)), file.byteCount > 0 else { return nil }
    return try? FileFormat(file)
  }
}
