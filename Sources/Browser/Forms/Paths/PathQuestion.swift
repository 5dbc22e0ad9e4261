/// What a path is wanted for.
package enum PathPurpose: Sendable, Hashable {
  /// A model to be read: a file, or the folder of a sharded one.
  case model
  /// A file to be written.
  case export
  /// A folder to write files into.
  case folder
}

/// Asks which paths begin as what was typed.
package struct PathQuestion: Sendable, Hashable {
  package var text: String
  package var purpose: PathPurpose
}

/// What a path may be completed to.
package struct PathCandidate: Sendable, Hashable {
  /// Without the folder that it lies in; where the name is not UTF-8, its other bytes as `\xE9`.
  package var name: String
  package var isFolder: Bool
  /// Of a file.
  package var sizeBytes: Int?
  /// Whether it is of use for what the path is wanted for.
  package var isFit = true
  /// A name that is not UTF-8 can't be typed.
  package var isTypable = true

  package init(
    _ name: String, isFolder: Bool = false, sizeBytes: Int? = nil, isFit: Bool = true, isTypable: Bool = true
  ) {
    self.name = name
    self.isFolder = isFolder
    self.sizeBytes = sizeBytes
    self.isFit = isFit
    self.isTypable = isTypable
  }

  /// As it is typed.
  var text: String { isFolder ? name + "/" : name }
}

/// Paths that begin as what was typed.
package struct PathAnswer: Sendable, Equatable {
  /// What was typed up to its last `/`.
  package var folder: String
  /// Folders first, as many as one would look through.
  package var candidates: [PathCandidate]
  /// How many there are.
  package var count: Int
  /// What all their names begin with; at least what was typed.
  package var commonPrefix: String
  /// Why the folder can't be read.
  package var problem: String?

  package init(
    folder: String, candidates: [PathCandidate] = [], count: Int? = nil, commonPrefix: String = "",
    problem: String? = nil
  ) {
    self.folder = folder
    self.candidates = candidates
    self.count = count ?? candidates.count
    self.commonPrefix = commonPrefix
    self.problem = problem
  }
}
