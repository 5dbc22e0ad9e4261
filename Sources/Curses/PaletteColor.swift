import Foundation

/// One of xterm's 256 colours from 16 on, which look alike in all terminals: a cube of 6×6×6, then 24 greys.
struct PaletteColor: Sendable, Hashable {
  /// Red, green and blue, 0...255.
  let channels: [Double]

  /// - Parameter number: 16...255.
  init(_ number: Int16) {
    let number = Int(min(255, max(16, number))) - 16
    if number >= 216 {
      channels = Array(repeating: Double(8 + 10 * (number - 216)), count: 3)
    } else {
      let levels = [0.0, 95, 135, 175, 215, 255]
      channels = [levels[number / 36], levels[number / 6 % 6], levels[number % 6]]
    }
  }

  /// The channels as light, 0...1 (IEC 61966-2-1).
  var light: [Double] {
    channels.map {
      let share = $0 / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
  }

  /// Relative luminance, as WCAG 2 has it.
  var luminance: Double { zip(light, [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Between 1, the same, and 21, black and white (WCAG 2, contrast ratio).
  func contrast(to other: PaletteColor) -> Double {
    let (bright, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
    return (bright + 0.05) / (dark + 0.05)
  }
}
