/// How weights are to be shown.
package struct WeightsPane: Sendable, Equatable {
  /// Logarithmic counts.
  package internal(set) var isLog = false
  package internal(set) var range = HistogramChoice.central
  /// Dots instead of bars, on the screen that has room for them.
  package internal(set) var isDotted = false
}
