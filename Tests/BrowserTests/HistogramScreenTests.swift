import Canvas
import SlotStore
import Statistics
import Testing

@testable import Browser

extension FakeShell {
  fileprivate var screen: HistogramScreen? { state.screens.last as? HistogramScreen }

  /// The line that says what the bar at the cursor holds.
  fileprivate var reading: String {
    let line = picture.split(separator: "\n").last { $0.contains("▲ ") } ?? ""
    return line.trimmingCharacters(in: .init(charactersIn: "│ "))
  }
}

/// Slot 7, its histogram in view.
private func atHistogram(_ width: Int = 80, _ height: Int = 24, glyphs: Glyphs = .unicode) -> FakeShell {
  var shell = FakeShell(width: width, height: height, glyphs: glyphs)
  shell.press(.character("H"))
  return shell
}

@Suite("The histogram's screen")
struct HistogramScreenTests {
  @Test("H and Escape, and H again, go there and back to where one was, from any pane")
  func thereAndBack() {
    var shell = FakeShell()
    for back in [Key.escape, .character("H")] {
      shell.press(.character("H"))
      #expect(shell.screen?.subject.source.slotID == 7)
      shell.press(back)
      #expect(shell.state.screens.isEmpty && shell.state.focus == .slots)
      guard case .leaveHistogram? = shell.takeEffects().last else {
        Issue.record("its work goes on")
        return
      }
    }
    shell.press(.backTab)
    #expect(shell.state.focus == .weights)
    shell.press(.enter)
    #expect(shell.screen != nil)
    shell.press(.escape)
    #expect(shell.state.focus == .weights && !shell.state.isZoomed)
  }

  @Test("the cursor begins at the highest bar and reads what was counted in it")
  func reading() throws {
    var shell = atHistogram(140, 40)
    let request = try #require(shell.histograms.last)
    let bars = 130
    #expect(request.bins.isMultiple(of: bars) && request.bins >= 1024)
    #expect(shell.reading == "▲ 0.0052 to 0.007   2,290,462 values   1.84 % of all   48.2 % below")
    // The same, counted over that bar alone.
    let counted = spread(
      of: request.sources[0], bins: bars, range: .fixed(-0.113...0.127))
    #expect(counted.histogram?.counts[64] == 2_290_462)
    shell.press(.character("l"), .right)
    #expect(shell.reading.hasPrefix("▲ 0.0088 to 0.0107   2,285,589 "))
    shell.press(.character("."))
    #expect(shell.reading.contains("2,290,462"))
  }

  @Test("0 and Home go to the first bar, $ and End to the last, and no further")
  func ends() {
    var shell = atHistogram()
    for first in [Key.character("0"), .home, .character("g")] {
      shell.press(.character("$"), first, .left)
      #expect(shell.reading.hasPrefix("▲ -0.113 to "))
    }
    for last in [Key.character("$"), .end, .character("G")] {
      shell.press(.character("0"), last, .right)
      #expect(shell.reading.contains(" to 0.127 "))
    }
    shell.press(.pageUp)
    let before = shell.reading
    shell.press(.pageDown)
    #expect(shell.reading != before && shell.reading.contains(" to 0.127 "))
  }

  @Test("zooming in keeps the bar that is read in its place, and counts anew over exactly that range")
  func zoom() throws {
    var shell = atHistogram()
    shell.press(.character("0"))
    for _ in 0..<20 { shell.press(.character("l")) }
    let x = try #require(shell.pointer)
    let asked = shell.histograms.count
    shell.press(.character("["))
    #expect(shell.histograms.count == asked + 1)
    guard case .fixed(let range)? = shell.histograms.last?.range else {
      Issue.record("it was not zoomed")
      return
    }
    #expect(abs(range.upperBound - range.lowerBound - 0.12) < 1e-12)
    #expect(abs((shell.pointer ?? 0) - x) <= 1)
    #expect(shell.picture.contains("linear · exact · a part"))
    shell.press(.character("-"))
    guard case .fixed(let again)? = shell.histograms.last?.range else { return }
    #expect(abs(again.lowerBound + 0.113) < 1e-12 && abs(again.upperBound - 0.127) < 1e-12)
    shell.press(.character("a"))
    #expect(shell.histograms.last?.range == .central(HistogramChoice.centralShare))
    shell.press(.character("a"))
    #expect(shell.histograms.last?.range == .all)
    #expect(shell.picture.contains("linear · exact · all values"))
  }

  @Test("panning moves by a quarter, and not to where there are no values")
  func pan() {
    var shell = atHistogram()
    shell.press(.character("["), .character("}"))
    guard case .fixed(let range)? = shell.histograms.last?.range else {
      Issue.record("it did not move")
      return
    }
    for _ in 0..<40 { shell.press(.character(">")) }
    guard case .fixed(let last)? = shell.histograms.last?.range else { return }
    #expect(last.lowerBound > range.lowerBound && last.lowerBound <= 0.257)
    for _ in 0..<40 { shell.press(.character("{")) }
    guard case .fixed(let first)? = shell.histograms.last?.range else { return }
    #expect(first.upperBound >= -0.243 && first.lowerBound < range.lowerBound)
  }

  @Test("quantiles are asked for once")
  func quantiles() {
    var shell = atHistogram()
    #expect(shell.histograms.map(\.hasQuantiles) == [true])
    #expect(shell.picture.contains("median 0.007") && shell.picture.contains("99 % 0.1"))
    shell.press(.character("["))
    #expect(shell.histograms.map(\.hasQuantiles) == [true, false])
    #expect(shell.picture.contains("median 0.007"))
  }

  @Test("j and k go to the next slot and back, with its own range and cursor")
  func neighbours() {
    var shell = atHistogram()
    shell.press(.character("["), .character("j"))
    #expect(shell.state.list.selectedSlotID == 8)
    #expect(shell.screen?.subject.source.slotID == 8 && shell.screen?.window.zoom == nil)
    #expect(shell.picture.contains("─ 8  resnet50 ─") && shell.picture.contains("99.8 %"))
    shell.press(.up)
    #expect(shell.screen?.subject.source.slotID == 7)
    shell.press(.escape)
    #expect(shell.state.list.selectedSlotID == 7)
  }

  @Test("scale and range that were chosen stay when it is left, dots for every histogram")
  func choices() {
    var shell = atHistogram()
    shell.press(.character("L"), .character("a"), .character("B"), .escape)
    #expect(shell.state.weights.isLog && shell.state.weights.range == .all)
    #expect(shell.state.weights.isDotted)
    shell.press(.character("H"))
    #expect(shell.picture.contains("log · exact · all values") && shell.picture.contains("⣿"))
  }

  @Test("a click reads a bar, a second one and the wheel zoom there")
  func mouse() throws {
    var shell = atHistogram()
    shell.press(.mouse(MouseEvent(.click, x: 30, y: 10)))
    #expect(shell.pointer == 30)
    shell.press(.mouse(MouseEvent(.click, x: 30, y: 10)), .mouse(MouseEvent(.doubleClick, x: 30, y: 10)))
    guard case .fixed(let near)? = shell.histograms.last?.range else {
      Issue.record("it did not zoom")
      return
    }
    #expect(abs((shell.pointer ?? 0) - 30) <= 1)
    shell.press(.mouse(MouseEvent(.wheelDown, x: 30, y: 10)))
    guard case .fixed(let far)? = shell.histograms.last?.range else { return }
    #expect(far.upperBound - far.lowerBound > 1.9 * (near.upperBound - near.lowerBound))
    shell.press(.mouse(MouseEvent(.click, x: 3, y: 0)))
    #expect(abs((shell.pointer ?? 0) - 30) <= 1)
  }

  @Test("what was asked for before the last key is dropped, and until the newest is there it says so")
  func newest() {
    var shell = FakeShell()
    shell.holdsTensors = true
    shell.press(.character("H"))
    #expect(shell.picture.contains("linear · counting · 99.8 %"))
    // What the pane knew is shown meanwhile, as an estimate.
    #expect(shell.reading.contains("~"))
    let first = shell.histograms[0]
    shell.send(.histogramCounted(first, fraction: 0.37))
    #expect(shell.picture.contains("linear · counting 37 % · 99.8 %"))
    shell.press(.character("a"))
    shell.release(reversed: true)
    #expect(shell.picture.contains("linear · exact · all values"))
    shell.send(.histogramCounted(first, fraction: 0.99))
    #expect(!shell.picture.contains("99 % · all values"))
  }

  @Test("a sample is drawn first, and says that it is one")
  func sample() throws {
    var shell = FakeShell()
    shell.holdsTensors = true
    shell.press(.character("H"))
    let request = shell.histograms[0]
    let known = spread(of: request.sources[0], bins: request.bins, range: request.range)
    let sample = WeightStatistics(
      summary: known.summary, histogram: known.histogram, isSampled: true, quantiles: nil)
    shell.send(.histogram(request, .success([sample]), isFinal: false))
    #expect(shell.picture.contains("linear · sample, counting all · 99.8 %"))
    #expect(shell.reading.contains("   ~2,290,462 values"))
    shell.release()
    #expect(shell.picture.contains("linear · exact · 99.8 %"))
    #expect(shell.reading.contains("   2,290,462 values"))
  }

  @Test("what can't be read says why, and keys that need values do too")
  func problem() {
    var shell = FakeShell()
    shell.holdsTensors = true
    shell.press(.character("H"))
    shell.send(.histogram(shell.histograms[0], .failure("slot 7: the weight file is missing"), isFinal: true))
    #expect(shell.picture.contains("slot 7: the weight file is missing"))
    shell.press(.character("["))
    #expect(shell.state.notice?.text == "slot 7: the weight file is missing")
  }

  @Test("without finite values there is nothing to read")
  func nothing() {
    var shell = FakeShell([slot(3)])
    shell.holdsTensors = true
    shell.press(.character("H"))
    let none = WeightStatistics(
      summary: Summary(
        count: 2, finite: 0, nan: 2, posInf: 0, negInf: 0, zeros: 0, min: nil, max: nil, mean: nil, std: nil),
      histogram: nil, isSampled: false)
    shell.send(.histogram(shell.histograms[0], .success([none]), isFinal: true))
    #expect(shell.picture.contains("no finite values") && shell.picture.contains("NaN 2"))
    shell.press(.character("l"))
    #expect(shell.state.notice?.text == "there are no finite values")
  }

  @Test("a tensor's histogram is the same screen, from list and pane, and goes on to the next tensor")
  func tensor() throws {
    var shell = FakeShell(tensors: [7: try transformer()])
    shell.press(.enter, .enter)
    #expect(shell.screen?.subject.title == "wte.weight")
    #expect(shell.histograms.last?.sources.map(\.tensor) == [0])
    #expect(shell.picture.contains("─ wte.weight ─") && shell.picture.contains("median 0.0009"))
    // Groups have none and are passed over.
    shell.press(.down, .down)
    #expect(shell.screen?.subject.title == "ln_f.weight")
    shell.press(.up, .up, .up)
    #expect(shell.screen?.subject.title == "wte.weight")
    shell.press(.character("M"))
    #expect((shell.state.screens.last as? TensorScreen)?.focus == .map)
  }

  @Test("dots and maps say why they can't be had")
  func disabled() {
    var ascii = atHistogram(glyphs: .ascii)
    ascii.press(.character("B"))
    #expect(ascii.state.notice?.text == "dots need Unicode, and this terminal shows ASCII")
    var shell = atHistogram()
    shell.press(.character("M"))
    #expect(shell.state.notice?.text == "only a tensor has them; Esc, then ⏎: the tensors")
    shell.press(.character("x"))
    #expect(shell.state.notice?.text == "no other slot is marked; Space marks one in the list")
  }

  @Test("at every size it is drawn, nothing of it outside its frame", arguments: [40, 41, 60, 79, 80, 300])
  func sizes(_ width: Int) {
    for height in [10, 11, 17, 18, 40, 100] {
      var shell = atHistogram(width, height)
      for key in "LB[a" {
        shell.press(.character(key))
        let lines = shell.picture.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == height)
        #expect(shell.pointer != nil, "\(width)×\(height)")
        if width >= 80, height >= 18 {
          #expect(lines[2..<height - 2].allSatisfy { $0.hasPrefix("│ ") && $0.hasSuffix(" │") })
        }
      }
    }
  }
}

extension FakeShell {
  /// The column of the sign below the bar that is read.
  fileprivate var pointer: Int? {
    let canvas = state.draw().canvas
    for y in 0..<canvas.height {
      let row = canvas.row(y).map(\.text)
      if let x = row.firstIndex(of: "▲"), row.contains("─") { return x }
    }
    return nil
  }
}
