import ModelContext
import Tensors

/// Which tensor of one file is which of the other.
enum TensorMatching {
  struct Match: Hashable {
    let a: Int?
    let b: Int?
  }

  /// Tensors of one name are each other's, the first with the first where a name is there more than once. Where each
  /// side is a single array, and one of them or both have no name, these are each other's too.
  ///
  /// - Returns: in the order of `a`; what `b` alone has comes after what it follows in `b`.
  static func matches(_ a: [PlacedTensor], _ b: [PlacedTensor]) -> [Match] {
    if a.count == 1, b.count == 1, a[0].info.name.isEmpty || b[0].info.name.isEmpty {
      return [Match(a: 0, b: 0)]
    }
    // Names are the same byte by byte; strings would be so by what they look like.
    var places: [[UInt8]: [Int]] = [:]
    for index in b.indices.reversed() { places[Array(b[index].info.name.utf8), default: []].append(index) }
    let partners = a.map { places[Array($0.info.name.utf8)]?.popLast() }
    let taken = Set(partners.compactMap { $0 })
    var followers: [Int: [Match]] = [:]
    var last = -1
    for index in b.indices {
      if taken.contains(index) {
        last = index
      } else {
        followers[last, default: []].append(Match(a: nil, b: index))
      }
    }
    var matches = followers[-1] ?? []
    for (index, partner) in partners.enumerated() {
      matches.append(Match(a: index, b: partner))
      if let partner { matches += followers[partner] ?? [] }
    }
    return matches
  }
}
