import ModelContext
import Tensors

/// What the queue is asked to do.
public enum BuildRequest: Sendable {
  /// Run a node for a slot.
  case build(BuildOrder)
  /// Run again what a slot was built by, with changes if there are any.
  case rebuild(slotID: Int, seed: UInt64? = nil, set: Config = [:])
  /// Take a model file as it is; into the next free slot where none is named.
  case importFile(path: String, slotID: Int? = nil, modelType: String? = nil, name: String? = nil)
}

/// A node to be run.
public struct BuildOrder: Sendable, Hashable {
  public var nodeType: NodeType
  /// Nil for the next free slot.
  public var slotID: Int?
  public var settings: NodeSettings

  public init(nodeType: NodeType, slotID: Int? = nil, settings: NodeSettings = NodeSettings()) {
    self.nodeType = nodeType
    self.slotID = slotID
    self.settings = settings
  }
}
