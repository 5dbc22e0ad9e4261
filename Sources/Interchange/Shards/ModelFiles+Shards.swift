import ModelContext
import StrictJSON
import Tensors

extension ModelFiles {
  /// Opens the shards that an index names as one model.
  ///
  /// - Throws: `InterchangeError.unknownFormat` for a JSON text that is no index.
  func openIndex(_ file: FileSource) throws -> ModelFile {
    let path = file.file.path
    do {
      let index = try ShardIndex(file)
      let folder = Self.folder(of: path)
      let shards = try index.files.map { try openShard($0, in: folder) }
      try Self.check(shards, against: index)
      return try joined(
        shards, path: path, name: Self.lastName(of: absolute(folder)), metadata: index.metadata)
    } catch let error as ShardError {
      switch error {
      case .json, .notObject, .noMap:
        guard path.hasSuffix(".index.json") else { throw InterchangeError.unknownFormat(path: path) }
      default: break
      }
      throw InterchangeError.shards(path: path, error)
    }
  }

  /// Opens files of a folder as one model, which together have each name once.
  func openShards(_ files: [String], of folder: String) throws -> ModelFile {
    do {
      let shards = try files.map { try openShard($0, in: folder) }
      var places: [ExactName: Int] = [:]
      for (number, shard) in shards.enumerated() {
        for tensor in shard.file.tensors {
          if let other = places.updateValue(number, forKey: ExactName(tensor.name)) {
            throw ShardError.duplicateTensor(
              tensor: tensor.name, file: shard.name, other: shards[other].name)
          }
        }
      }
      return try joined(shards, path: folder, name: Self.lastName(of: absolute(folder)))
    } catch let error as ShardError {
      throw InterchangeError.shards(path: folder, error)
    }
  }

  private struct Shard {
    let name: String
    let file: ModelFile
  }

  private func openShard(_ name: String, in folder: String) throws -> Shard {
    let path = folder + "/" + name
    do {
      return Shard(name: name, file: try openFile(path, isShard: true))
    } catch FileError.notFound {
      throw ShardError.missingShard(file: name)
    } catch InterchangeError.unknownFormat {
      throw ShardError.notAShard(file: name)
    }
  }

  /// Every tensor is where the index has it, and there is no other.
  private static func check(_ shards: [Shard], against index: ShardIndex) throws(ShardError) {
    var missing = index.places
    for (number, shard) in shards.enumerated() {
      var unlisted: [String] = []
      for tensor in shard.file.tensors {
        let name = ExactName(tensor.name)
        guard let place = index.places[name] else {
          unlisted.append(tensor.name)
          continue
        }
        if place != number {
          throw .misplaced(tensor: tensor.name, file: shard.name, listedIn: shards[place].name)
        }
        missing.removeValue(forKey: name)
      }
      if !unlisted.isEmpty {
        let shown = Array(unlisted.prefix(ShardError.shownNames))
        throw .unlisted(file: shard.name, tensors: shown, count: unlisted.count)
      }
    }
    let first = missing.min { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }
    if let first { throw .missingTensor(tensor: first.key.text, file: shards[first.value].name) }
  }

  /// Tensors come in the order of the shards' names; of metadata and config that several shards have, the first counts.
  private func joined(
    _ shards: [Shard], path: String, name: String, metadata: [String: String] = [:]
  ) throws -> ModelFile {
    let files = shards.map(\.file)
    let tensors = files.flatMap(\.tensors)
    let formats = Set(files.map(\.format))
    return ModelFile(
      path: absolute(path), format: formats.count == 1 ? files[0].format : "shards", tensors: tensors,
      metadata: files.reduce(metadata) { $0.merging($1.metadata) { first, _ in first } },
      config: files.reduce([:]) { $0.merging($1.config) { first, _ in first } },
      name: name, modelType: ModelTypeGuess.modelType(of: tensors),
      source: JoinedTensors(files.map { ($0.source, $0.tensors.count) }),
      bytes: try JoinedBytes(files.map(\.bytes)))
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func lastName(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
