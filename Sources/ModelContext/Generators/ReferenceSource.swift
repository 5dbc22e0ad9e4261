import Synchronization
import Tensors

/// The float64 values of the reference presets: one run of a Mersenne Twister through all tensors.
///
/// The generator is sequential by nature. Reading on from the last position costs nothing extra; any other
/// position is reached by skipping, if need be from the start.
final class ReferenceSource: TensorSource {
  private struct State {
    var generator: MersenneTwister
    /// Index of the next value.
    var position = 0
  }

  let isSequential = true
  private let seed: UInt64
  private let low: Double
  private let high: Double
  /// Values before each tensor.
  private let starts: [Int]
  private let state: Mutex<State>

  init(tensors: [TensorInfo], seed: UInt64, low: Double, high: Double) {
    self.seed = seed
    self.low = low
    self.high = high
    var start = 0
    starts = tensors.map { info in
      defer { start += info.elementCount }
      return start
    }
    state = Mutex(State(generator: MersenneTwister(seed: seed)))
  }

  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    let first = starts[index] + offset / 8
    let lead = offset % 8
    let count = (lead + buffer.count + 7) / 8
    if lead == 0, buffer.count % 8 == 0, Int(bitPattern: buffer.baseAddress) % 8 == 0 {
      fill(buffer.bindMemory(to: Double.self), from: first)
      return
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { values in
      fill(values, from: first)
      buffer.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(values)[lead..<lead + buffer.count]))
    }
  }

  private func fill(_ values: UnsafeMutableBufferPointer<Double>, from first: Int) {
    state.withLock { state in
      if first < state.position { state = State(generator: MersenneTwister(seed: seed)) }
      state.generator.skip(first - state.position)
      state.generator.fillUniform(values, low: low, high: high)
      state.position = first + values.count
    }
  }
}
