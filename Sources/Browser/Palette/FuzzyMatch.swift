/// How well a few typed letters stand for a name: all of them must be in it, in their order.
struct FuzzyMatch: Sendable, Equatable {
  /// Which of the name's characters were matched, by their offsets.
  let offsets: [Int]
  /// The higher, the better.
  let score: Int

  /// - Returns: nil where the name lacks one of the letters.
  init?(_ pattern: String, in name: String) {
    let letters = Array(pattern.lowercased().filter { $0 != " " })
    let name = Array(name.lowercased())
    guard letters.count <= name.count else { return nil }
    guard !letters.isEmpty else {
      offsets = []
      score = 0
      return
    }
    // Row by row: the best score of the letters so far where the last of them stands at each place.
    var rows: [[(score: Int, from: Int)?]] = []
    for (row, letter) in letters.enumerated() {
      var places: [(score: Int, from: Int)?] = Array(repeating: nil, count: name.count)
      var best: (score: Int, from: Int)?
      for place in row..<max(row, name.count) {
        if row > 0, place > 0, let before = rows[row - 1][place - 1],
          best.map({ before.score > $0.score }) ?? true
        {
          best = (before.score, place - 1)
        }
        guard name[place] == letter else { continue }
        let worth = Self.worth(of: place, in: name)
        if row == 0 {
          // The later it begins, the less it is what was meant.
          places[place] = (worth - min(place, 8), -1)
          continue
        }
        let adjacent =
          place > 0 ? rows[row - 1][place - 1].map { ($0.score + Self.adjacency, place - 1) } : nil
        let apart = best
        switch (adjacent, apart) {
        case (let near?, let far?):
          places[place] = near.0 >= far.score ? (near.0 + worth, near.1) : (far.score + worth, far.from)
        case (let near?, nil): places[place] = (near.0 + worth, near.1)
        case (nil, let far?): places[place] = (far.score + worth, far.from)
        case (nil, nil): break
        }
      }
      rows.append(places)
    }
    var end: Int?
    for place in name.indices {
      guard let candidate = rows[letters.count - 1][place] else { continue }
      if end.flatMap({ rows[letters.count - 1][$0] }).map({ candidate.score > $0.score }) ?? true {
        end = place
      }
    }
    guard let end, let last = rows[letters.count - 1][end] else { return nil }
    var offsets: [Int] = []
    var place = end
    for row in letters.indices.reversed() {
      offsets.append(place)
      place = rows[row][place]?.from ?? 0
    }
    self.offsets = offsets.reversed()
    // Of names that match alike a much shorter one is closer to what was typed.
    score = 8 * last.score - name.count / 4
  }

  private static let adjacency = 6

  /// The first letter of a word counts for more than one within it.
  private static func worth(of place: Int, in name: [Character]) -> Int {
    place == 0 || !(name[place - 1].isLetter || name[place - 1].isNumber) ? 10 : 2
  }
}
