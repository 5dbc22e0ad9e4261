import Canvas

/// Where everything stands on a screen of a given size; drawing and the mouse both go by it.
struct ScreenLayout: Sendable, Equatable {
  enum Mode: Sendable, Equatable {
    /// Below ``smallest``: one line says so.
    case tooSmall
    /// List and panes side by side.
    case wide
    /// One pane at a time.
    case pages
  }

  /// Why a pane that is seen alone does not open to full size.
  static let isPage = "this pane has all of the screen"

  static let smallest = (width: 40, height: 10)
  /// From here on the list and the panes stand side by side.
  static let wideFrom = (width: 80, height: 18)
  /// From here on jobs have a pane of their own; below it they fold to a line.
  static let jobsPaneFrom = 26

  private(set) var mode = Mode.tooSmall
  private(set) var header = Rect(x: 0, y: 0, width: 0, height: 0)
  private(set) var tabs = Rect(x: 0, y: 0, width: 0, height: 0)
  /// The bar that names the pages; empty in wide mode.
  private(set) var pageBar = Rect(x: 0, y: 0, width: 0, height: 0)
  /// Frames with their borders; for pages, the bare area.
  private(set) var frames: [PaneID: Rect] = [:]
  /// The insides: what a pane draws into.
  private(set) var insides: [PaneID: Rect] = [:]
  /// Jobs folded to a line.
  private(set) var jobsLine: Rect?
  private(set) var footer = Rect(x: 0, y: 0, width: 0, height: 0)
  /// Whether the list has a line with the names of its columns.
  private(set) var hasColumnTitles = false

  /// - Parameters:
  ///   - infoRows: rows that the info pane would like to have.
  ///   - configRows: likewise for the config pane.
  ///   - divider: the list's share of the width, where somebody has moved the divider.
  init(
    width: Int, height: Int, focus: PaneID, isZoomed: Bool, jobs: Int, infoRows: Int, configRows: Int,
    divider: Double? = nil
  ) {
    guard width >= Self.smallest.width, height >= Self.smallest.height else { return }
    let screen = Rect(x: 0, y: 0, width: width, height: height)
    header = screen.row(0)
    tabs = screen.row(1)
    footer = screen.row(height - 1)
    hasColumnTitles = height >= Self.wideFrom.height
    var main = Rect(x: 0, y: 2, width: width, height: height - 3)
    if width >= Self.wideFrom.width, height >= Self.wideFrom.height {
      mode = .wide
      if isZoomed {
        place(focus, frame: main)
        return
      }
      main = placeJobs(in: main, jobs: jobs, unfolds: height >= Self.jobsPaneFrom || focus == .jobs)
      placeSideBySide(in: main, infoRows: infoRows, configRows: configRows, divider: divider)
    } else {
      mode = .pages
      if jobs > 0, focus != .jobs {
        let parts = main.splitBottom(1)
        main = parts.rest
        jobsLine = parts.bottom
      }
      let parts = main.splitTop(1)
      pageBar = parts.top
      frames[focus] = parts.rest
      insides[focus] =
        focus == .slots ? parts.rest : parts.rest.splitLeft(1).rest.splitRight(2).rest
    }
  }

  private mutating func place(_ pane: PaneID, frame: Rect) {
    frames[pane] = frame
    insides[pane] = pane == .slots ? frame.inset(by: 1) : frame.inset(columns: 2, rows: 1)
  }

  private mutating func placeJobs(in main: Rect, jobs: Int, unfolds: Bool) -> Rect {
    guard jobs > 0 else { return main }
    guard unfolds else {
      let parts = main.splitBottom(1)
      jobsLine = parts.bottom
      return parts.rest
    }
    let parts = main.splitBottom(min(jobs, max(2, main.height / 6)) + 2)
    place(.jobs, frame: parts.bottom)
    return parts.rest
  }

  private mutating func placeSideBySide(in main: Rect, infoRows: Int, configRows: Int, divider: Double?) {
    let standard = main.width < 100 ? main.width * 12 / 25 : main.width * 44 / 100
    let halves = main.splitRight(
      Divider.columnsBeside(width: main.width, standard: standard, share: divider))
    place(.slots, frame: halves.rest)
    let frame = halves.right
    // Two borders and two dividers.
    let rows = frame.height - 4
    let info = min(infoRows, max(6, rows / 3), rows - 3)
    let config = min(max(1, configRows), max(2, rows / 4), max(1, rows - info - 6))
    let weights = rows - info - config
    let inner = frame.inset(columns: 2, rows: 1)
    frames[.info] = Rect(x: frame.x, y: frame.y, width: frame.width, height: info + 1)
    insides[.info] = Rect(x: inner.x, y: inner.y, width: inner.width, height: info)
    frames[.config] = Rect(x: frame.x, y: frame.y + info + 1, width: frame.width, height: config + 1)
    insides[.config] = Rect(x: inner.x, y: frame.y + info + 2, width: inner.width, height: config)
    frames[.weights] = Rect(
      x: frame.x, y: frame.y + info + config + 2, width: frame.width, height: weights + 2)
    insides[.weights] = Rect(
      x: inner.x, y: frame.y + info + config + 3, width: inner.width, height: weights)
  }

  /// The rows of the slot list, without its column titles.
  var slotRows: Rect? {
    guard let inside = insides[.slots] else { return nil }
    return hasColumnTitles ? inside.splitTop(1).rest : inside
  }

  /// The pane at a cell.
  func pane(x: Int, y: Int) -> PaneID? {
    if jobsLine?.contains(x: x, y: y) == true { return .jobs }
    return frames.first { $0.value.contains(x: x, y: y) }?.key
  }
}

extension ScreenLayout {
  /// What a pane draws into, if it is on the screen.
  func inside(_ pane: PaneID) -> Rect? { insides[pane] }

  func insidesHeight(_ pane: PaneID) -> Int? { insides[pane]?.height }
}
