import Glibc
import Tensors

/// What a save, delete, restore, gc or recovery asks of files and index, one name for each kind of step.
package enum StoreOperation: String, Sendable, CaseIterable {
  // Files.
  case makeFolder, list, look, create, lockFile, write, syncFile, rename, link, symlink, remove, syncFolder
  // The store's lock.
  case takeLock
  // The index. `commit` is the moment before COMMIT, `committed` the one after it: an error there means "unknown".
  case openIndex, readIndex, transaction, commit, committed, checkpoint
}

/// Called before an operation; what it throws, the operation throws.
package typealias Probe = @Sendable (StoreOperation, _ path: String) throws -> Void

/// The one place that all of the protocol's operations pass, so that a test can make the Nth of them fail or end
/// the process there.
struct Seam: Sendable {
  let probe: Probe?

  func step(_ operation: StoreOperation, _ path: String) throws(StoreError) {
    guard let probe else { return }
    do {
      try probe(operation, path)
    } catch let error as StoreError {
      throw error
    } catch let error as FileError {
      throw .file(error)
    } catch {
      throw .file(.system(path: path, operation: operation.rawValue, code: EIO))
    }
  }
}
