import Canvas

extension BindingTable {
  /// The keys of a histogram's screen.
  static let histogram: [Binding] =
    [
      Binding(
        .histogram, .moving, [.character("h"), .left], .left, label: "read", rank: 12,
        "read the bar to the left"),
      Binding(.histogram, .moving, [.character("l"), .right], .right, "read the bar to the right"),
      Binding(.histogram, .moving, [.pageUp, .ctrl("b")], .pageUp, "ten bars to the left"),
      Binding(.histogram, .moving, [.pageDown, .ctrl("f")], .pageDown, "ten bars to the right"),
      Binding(
        .histogram, .moving, [.character("0"), .home, .character("g")], .lineStart, "to the first bar"),
      Binding(.histogram, .moving, [.character("$"), .end, .character("G")], .lineEnd, "to the last bar"),
      Binding(
        .histogram, .moving, [.character(".")], .highestBar, label: "highest", rank: 55, "to the highest bar"),
      Binding(.histogram, .moving, [.character("k"), .up, .ctrl("p")], .up, "the slot or tensor above"),
      Binding(
        .histogram, .moving, [.character("j"), .down, .ctrl("n")], .down, label: "next", rank: 50,
        "the slot or tensor below"),
      Binding(
        .histogram, .moving, [.escape], .close, label: "back", rank: 15, place: 198, "back to where one was"),
      Binding(
        .histogram, .seeing, [.character("["), .character("+")], .zoomIn, label: "zoom in", rank: 20,
        "zoom in on the bar that is read; counted anew"),
      Binding(
        .histogram, .seeing, [.character("]"), .character("-")], .zoomOut, label: "out", rank: 25, "zoom out"),
      Binding(
        .histogram, .seeing, [.character("{"), .character("<")], .panLeft, "lower values, by a quarter"),
      Binding(
        .histogram, .seeing, [.character("}"), .character(">")], .panRight, "higher values, by a quarter"),
      Binding(
        .histogram, .seeing, [.character("a")], .range, label: "all values", rank: 35,
        "the whole range; again: all values, or the central 99.8 %"),
      Binding(
        .histogram, .seeing, [.character("L")], .logScale, label: "log", rank: 30, "linear or log counts"),
      Binding(
        .histogram, .seeing, [.character("B")], .dots, label: "dots", rank: 45, "bars, or finer ones of dots"),
      Binding(
        .histogram, .seeing, [.character("x")], .exchange, label: "exchange", rank: 18,
        "of two histograms the other one in front"),
      Binding(.histogram, .seeing, [.character("H")], .histogram, "back to where one was"),
      Binding(.histogram, .seeing, [.character("M")], .map, "of a tensor: its map"),
      Binding(.histogram, .seeing, [.character("V")], .values, "of a tensor: its values"),
      Binding(
        .histogram, .doing, [.character("y")], .copyChecksum, label: "copy checksum", rank: 60,
        "copy the checksum to the clipboard"),
    ] + program(.histogram)
}
