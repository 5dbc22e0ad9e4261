import Canvas

extension HistogramScreen {
  package func whyDisabled(_ command: Command, _ surroundings: Surroundings) -> String? {
    switch command {
    case .left, .right, .pageUp, .pageDown, .lineStart, .lineEnd, .highestBar, .logScale, .panLeft, .panRight,
      .zoomIn, .zoomOut:
      problem
        ?? (chart() == nil ? (isCounting ? "nothing is counted yet" : "there are no finite values") : nil)
    case .exchange: isCompared ? nil : companionProblem ?? noCompanion(surroundings)
    case .dots: surroundings.glyphs.isASCII ? "dots need Unicode, and this terminal shows ASCII" : nil
    case .copyChecksum: subject.checksum == nil ? "no checksum is known" : nil
    case .map, .values:
      subject.source.tensor == nil
        ? "only a tensor has them; \(surroundings.key(.close, in: scope)), "
          + "then \(surroundings.key(.open, in: .panes)): the tensors" : nil
    default: nil
    }
  }

  private func noCompanion(_ surroundings: Surroundings) -> String {
    subject.source.tensor == nil
      ? "no other slot is marked; \(surroundings.key(.mark, in: .panes)) marks one in the list"
      : "tensors are compared by \(surroundings.key(.compare, in: .panes)) on two slots"
  }

  package func offers(_ command: Command, _ surroundings: Surroundings) -> Bool {
    whyDisabled(command, surroundings) == nil
  }

  package mutating func perform(_ command: Command, _ surroundings: Surroundings) -> ScreenReply {
    switch command {
    case .up: return ScreenReply(moves: -1)
    case .down: return ScreenReply(moves: 1)
    case .left: moveCursor(by: -1, surroundings)
    case .right: moveCursor(by: 1, surroundings)
    case .pageUp: moveCursor(by: -10, surroundings)
    case .pageDown: moveCursor(by: 10, surroundings)
    case .lineStart: moveCursor(by: -(1 << 20), surroundings)
    case .lineEnd: moveCursor(by: 1 << 20, surroundings)
    case .highestBar: cursor = nil
    case .logScale: weights.isLog.toggle()
    case .dots: weights.isDotted.toggle()
    case .exchange: isExchanged.toggle()
    case .range:
      if window.zoom == nil { weights.range = weights.range == .central ? .all : .central }
      window.reset()
    case .zoomIn: zoom(by: 0.5, surroundings)
    case .zoomOut: zoom(by: 2, surroundings)
    case .panLeft: pan(by: -1)
    case .panRight: pan(by: 1)
    case .copyChecksum: if let checksum = subject.checksum { return .copy(checksum) }
    case .map, .values: return ScreenReply(closes: true, weights: weights, below: command)
    case .close, .histogram: return ScreenReply(closes: true, weights: weights)
    default: break
    }
    return .none
  }

  /// Moves from bar to bar.
  private mutating func moveCursor(by bars: Int, _ surroundings: Surroundings) {
    guard let chart = chart() else { return }
    let count = geometry(HistogramScreenLayout(self, surroundings)).count
    guard count > 0 else { return }
    let scale = BarScale(range: chart.range, count: count)
    let bar = scale.bar(of: readPlace(chart, bars: count)) + bars
    cursor = scale.middle(of: min(max(0, bar), count - 1))
  }

  /// About the bar that is read, which stays where it is.
  private mutating func zoom(by factor: Double, _ surroundings: Surroundings) {
    guard let chart = chart(), let allValues else { return }
    let count = geometry(HistogramScreenLayout(self, surroundings)).count
    guard count > 0 else { return }
    let place = readPlace(chart, bars: count)
    cursor = place
    window.scale(chart.range, by: factor, about: place, within: allValues)
  }

  private mutating func pan(by quarters: Double) {
    guard let chart = chart(), let allValues else { return }
    window.pan(chart.range, by: quarters, within: allValues)
  }

  /// A click reads a bar, a second one zooms in on it, and the wheel zooms about what it is over.
  package mutating func take(_ event: MouseEvent, _ surroundings: Surroundings) -> ScreenReply {
    let layout = HistogramScreenLayout(self, surroundings)
    let geometry = geometry(layout)
    guard layout.plot.contains(x: event.x, y: event.y), let chart = chart(), geometry.count > 0 else {
      return .none
    }
    let scale = BarScale(range: chart.range, count: geometry.count)
    cursor = scale.middle(of: geometry.bar(atColumn: event.x))
    if event.kind == .doubleClick || event.kind == .wheelUp { zoom(by: 0.5, surroundings) }
    if event.kind == .wheelDown { zoom(by: 2, surroundings) }
    return .none
  }
}
