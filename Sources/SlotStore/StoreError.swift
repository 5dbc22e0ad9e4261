import Npy
import Tensors

/// Why the store could not do what it was asked. Every text names the file or slot, and the way out where there
/// is one.
public enum StoreError: Error, CustomStringConvertible {
  case noStore(path: String)
  case storeGone(path: String)
  case notAStore(path: String, why: String)
  case newerSchema(path: String, found: String, known: Int)
  case indexMissing(path: String, weightFiles: Int)
  /// There is an index.db, but not the one that belongs to the weight files.
  case indexLost(path: String, why: String, weightFiles: Int)
  case indexDamaged(path: String, why: String)
  case indexIsWhole(path: String)
  case noSlot(Int)
  case negativeSlot(Int)
  case slotTaken(Int)
  case noFreeSlot(path: String)
  /// One of the store's own folders is something else, such as a link to another place.
  case wrongFolder(path: String, kind: String)
  case nothingToRestore(slot: Int, revision: Int?)
  case readOnly(path: String)
  case locked(path: String, seconds: Double)
  case file(FileError)
  case noSpace(path: String, needed: Int, free: Int)
  case missingWeights(slot: Int, path: String)
  case badWeights(slot: Int, path: String, why: String)
  case checksumMismatch(slot: Int, path: String, expected: String, actual: String)
  /// COMMIT failed: SQLite may yet replay it. The weights stay; nothing that was there is lost.
  case commitUnknown(path: String, why: String)
  case index(path: String, why: String)

  public var description: String {
    switch self {
    case .noStore(let path):
      "\(path): no store here. Make one with `slotscope build llm`, `slotscope import FILE` or `slotscope demo DIR`"
        + ", or name another with --store"
    case .storeGone(let path):
      "\(path): the store is gone: there is no such folder, or no index.db in it, any more"
    case .notAStore(let path, let why): "\(path): not a Slotscope store: \(why). It was left untouched"
    case .newerSchema(let path, let found, let known):
      "\(path): the store has schema \(found); this program knows \(known). Use a newer slotscope; it was left untouched"
    case .indexMissing(let path, let count):
      "\(path): index.db is missing while there are \(count) weight files. Nothing was touched; bring index.db back,"
        + " or make a new one out of the files with `slotscope check --rebuild-index`"
    case .indexLost(let path, let why, let count):
      "\(path): \(why), while there are \(count) weight files. It was left untouched; bring the right index.db and its"
        + " index.db-wal back, or make a new one out of the files with `slotscope check --rebuild-index`"
    case .indexDamaged(let path, let why):
      "\(path): the index is damaged (\(why)). Bring it back from a copy, or make a new one out of the files and what"
        + " can still be read of it with `slotscope check --rebuild-index`"
    case .indexIsWhole(let path): "\(path): SQLite finds no damage in it; there is nothing to rebuild"
    case .noSlot(let slot): "slot \(slot): there is none; `slotscope list` shows those there are"
    case .negativeSlot(let slot): "slot \(slot): slots are numbered from 0"
    case .slotTaken(let slot): "slot \(slot): another build has taken it meanwhile; try again"
    case .noFreeSlot(let path): "\(path): the highest slot number is taken; name a slot"
    case .wrongFolder(let path, let kind):
      "\(path): is \(kind), where the store's own folder should be. Nothing was touched; put a folder there"
    case .nothingToRestore(let slot, let revision):
      revision.map {
        "slot \(slot): revision \($0) is not kept; `slotscope history \(slot)` shows those that are"
      }
        ?? "slot \(slot): no earlier revision is kept"
    case .readOnly(let path): "\(path): the store can only be read: no permission to write there"
    case .locked(let path, let seconds):
      "\(path): another process has been writing for \(Int(seconds)) s and holds the write lock; try again"
    case .file(let error): error.description
    case .noSpace(let path, let needed, let free):
      "\(path): \(ByteSize.text(needed)) needed, \(ByteSize.text(free)) free on the device"
    case .missingWeights(let slot, let path): "slot \(slot): its weight file is missing: \(path)"
    case .badWeights(let slot, let path, let why): "slot \(slot): \(path): \(why)"
    case .checksumMismatch(let slot, let path, let expected, let actual):
      "slot \(slot): \(path): the checksum does not match: expected \(expected), actual \(actual)"
    case .commitUnknown(let path, let why):
      "\(path): the index could not be written (\(why)). Nothing that was there before is lost; whether the change was"
        + " made will be seen when the store is next opened: look, then try again"
    case .index(let path, let why): "\(path): \(why)"
    }
  }
}
