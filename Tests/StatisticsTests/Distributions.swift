import Foundation

func normalDistribution(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// √n times the largest distance between the values' distribution and `expected`: above 1.63 once in a
/// hundred times.
func kolmogorovSmirnov(_ values: [Double], _ expected: (Double) -> Double) -> Double {
  let count = Double(values.count)
  var distance = 0.0
  for (index, value) in values.sorted().enumerated() {
    let share = expected(value)
    distance = max(distance, share - Double(index) / count, Double(index + 1) / count - share)
  }
  return distance * count.squareRoot()
}
