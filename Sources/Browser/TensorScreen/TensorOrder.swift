import Inspection

/// In what order tensors are listed.
package enum TensorOrder: String, Sendable, Hashable, CaseIterable {
  case file = "file order"
  case name
  case size
  case mean
  case std
  /// Those with NaN, with infinite values, and those of zeros alone first.
  case marks

  /// Whether the list is a tree; sorted by a value it is flat.
  var isTree: Bool { self == .file || self == .name }
  /// Whether it goes by the statistics, so that the list changes while they come in.
  var isOfStatistics: Bool { self == .mean || self == .std || self == .marks }
  /// Whether the largest come first unless the order is reversed.
  var descends: Bool { !isTree }
}

/// What of a tensor's values wants to be noticed.
struct TensorMarks: Sendable, Equatable {
  var hasNaN: Bool
  var hasInfinity: Bool
  var isAllZero: Bool

  init(_ profile: TensorProfile) {
    let summary = profile.summary
    hasNaN = summary.nan > 0
    hasInfinity = summary.posInf + summary.negInf > 0
    isAllZero = summary.count > 0 && summary.zeros == summary.count
  }

  var isUnsound: Bool { hasNaN || hasInfinity }

  /// The worst is the highest.
  var weight: Int { (hasNaN ? 4 : 0) + (hasInfinity ? 2 : 0) + (isAllZero ? 1 : 0) }
}
