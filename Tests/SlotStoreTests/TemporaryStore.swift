import Foundation
import ModelContext
import SlotStore
import Synchronization

/// A store in a folder of its own, which goes when the tests end.
final class TemporaryStore: Sendable {
  let directory: String
  let store: PersistentStore

  init(fast: Bool = false, _ configure: (inout StoreOptions) -> Void = { _ in }) throws {
    directory = TemporaryFolder.make(fast: fast)
    var options = StoreOptions(access: .create)
    configure(&options)
    store = try PersistentStore(at: directory, options: options)
  }

  /// The same folder as another process would open it.
  func another(_ configure: (inout StoreOptions) -> Void = { _ in }) throws -> PersistentStore {
    var options = StoreOptions(access: .write)
    configure(&options)
    return try PersistentStore(at: directory, options: options)
  }

  func path(_ relative: String) -> String { directory + "/" + relative }

  func entries(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()) ?? []
  }

  /// The file that `slots/…` leads to.
  func weightFile(_ slot: Int) throws -> String {
    let link = path("slots/" + String(format: "%08d.npy", slot))
    return URL(fileURLWithPath: link).resolvingSymlinksInPath().path
  }

  /// Changes bytes of a revision in place, which no program of ours ever does.
  func damage(_ slot: Int, _ change: (inout Data) -> Void) throws {
    let path = try weightFile(slot)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    change(&data)
    try data.write(to: URL(fileURLWithPath: path))
  }
}

/// Folders that are removed when the test process ends.
enum TemporaryFolder {
  private static let root = root(in: NSTemporaryDirectory())
  /// In memory where there is such a place: for tests that are not about the disk and wait for it a thousand times.
  private static let fastRoot = access("/dev/shm", W_OK) == 0 ? root(in: "/dev/shm/") : root

  private static func root(in folder: String) -> String {
    roots.withLock { roots in
      if roots.isEmpty {
        atexit {
          TemporaryFolder.roots.withLock {
            for root in $0 { try? FileManager.default.removeItem(atPath: root) }
          }
        }
      }
      roots.append(folder + "slotscope-tests-\(getpid())")
      return roots[roots.count - 1]
    }
  }
  private static let roots = Mutex<[String]>([])

  /// A path where nothing is yet.
  static func make(fast: Bool = false) -> String { (fast ? fastRoot : root) + "/" + UUID().uuidString }
}

/// Long work that blocks goes on a thread of its own: the pool's few threads are for what waits.
func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
  let _: Void = try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
  }
}

extension Context {
  /// A small context whose weights tell which one it is.
  static func sample(_ number: Double, count: Int = 10, config: Config = ["a": .number(0.5)]) -> Context {
    Context(
      weights: Weights([Double](repeating: number, count: count)), config: config,
      metadata: ["model_type": "LLM", "name": "sample \(Int(number))"])
  }

  var first: Double? { weights.tensors.first?.values(as: Double.self)?.first }
}
