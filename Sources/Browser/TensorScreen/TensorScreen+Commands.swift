import Canvas
import Inspection

extension TensorScreen {
  package func whyDisabled(_ command: Command, _ surroundings: Surroundings) -> String? {
    if let reason = whyNoView(command, surroundings) { return reason.isEmpty ? nil : reason }
    return switch command {
    case .logScale, .range, .zoomIn, .zoomOut, .panLeft, .panRight:
      noTensor ?? (inspected.range == nil ? "nothing is counted yet" : nil)
    case .open where focus == .list: list?.rows.isEmpty == false ? nil : noTensor
    case .open where focus.isView:
      TensorScreenLayout(self, surroundings).mode == .pages ? ScreenLayout.isPage : nil
    case .copyChecksum, .exportTensor, .histogram, .map, .values, .goToIndex: noTensor
    case .lineStart, .lineEnd: showsValues(surroundings)
    case .foldAll, .unfoldAll:
      list?.isTree == false ? "sorted by \(list?.order.rawValue ?? ""), the list is flat" : nil
    default: nil
    }
  }

  /// Of a command to map or values: why they can't, or nothing where they can; nil where it is another command.
  private func whyNoView(_ command: Command, _ surroundings: Surroundings) -> String? {
    guard let pane = viewPane(for: command), let command = TensorViewCommand(command) else { return nil }
    return whyDisabled(command, in: pane, surroundings) ?? ""
  }

  /// The view that a command goes to: the one in focus; what only views do, also to the one in view.
  private func viewPane(for command: Command) -> Pane? {
    if focus.isView { return focus }
    switch command {
    case .nextSlice, .previousSlice, .rearrange, .measure: return lower
    default: return nil
    }
  }

  private var noTensor: String? { tensor == nil ? "no tensor is selected" : nil }

  package func offers(_ command: Command, _ surroundings: Surroundings) -> Bool {
    if filter != nil || index != nil { return true }
    switch command {
    case .open: return focus == .list
    case .logScale: return focus != .map && focus != .values && whyDisabled(command, surroundings) == nil
    case .nextSlice, .measure, .goToIndex: return focus.isView && whyDisabled(command, surroundings) == nil
    default: return whyDisabled(command, surroundings) == nil
    }
  }

  package mutating func perform(_ command: Command, _ surroundings: Surroundings) -> ScreenReply {
    if filter != nil { return performInFilter(command) }
    if index != nil { return performInIndex(command, surroundings) }
    if let pane = viewPane(for: command), let command = TensorViewCommand(command) {
      perform(command, in: pane, surroundings)
      return .none
    }
    switch command {
    case .up, .down, .pageUp, .pageDown, .first, .last: moveSelection(command)
    case .left, .right: moveSideways(command)
    case .nextPane: focusPane(by: 1, surroundings)
    case .previousPane: focusPane(by: -1, surroundings)
    case .open: return open(surroundings)
    case .close: return close()
    case .foldAll: changeList { $0.foldAll(true) }
    case .unfoldAll: changeList { $0.foldAll(false) }
    case .filter:
      // What is found is to be seen.
      isZoomed = false
      focus = .list
      filter = TextField(list?.search ?? "")
    case .nextOrder: changeOrder()
    case .reverseOrder: changeList { $0.sort(by: $0.order, reversed: !$0.isReversed) }
    case .histogram: return showHistogram(surroundings)
    case .map: showWhole(.map, surroundings)
    case .values: showWhole(.values, surroundings)
    case .goToIndex: index = TextField()
    case .logScale: weights.isLog.toggle()
    case .range:
      if inspected.zoom == nil { weights.range = weights.range == .central ? .all : .central }
      changeInspected { $0.resetZoom() }
    case .zoomIn: changeInspected { $0.scaleRange(by: 0.5) }
    case .zoomOut: changeInspected { $0.scaleRange(by: 2) }
    case .panLeft: changeInspected { $0.panRange(by: -1) }
    case .panRight: changeInspected { $0.panRange(by: 1) }
    case .copyChecksum:
      guard let tensor, let number = list?.selectedTensor else { return .none }
      return .copy(checksum(of: number) ?? tensor.info.name)
    case .exportTensor: return askWhereTo()
    default: break
    }
    return .none
  }

  // MARK: Moving

  private mutating func moveSideways(_ command: Command) {
    switch focus {
    case .list: changeList { command == .left ? $0.fold() : $0.unfold() }
    case .histogram: changeInspected { $0.panRange(by: command == .left ? -1 : 1) }
    case .map, .values: break
    }
  }

  private mutating func focusPane(by step: Int, _ surroundings: Surroundings) {
    let panes = Pane.allCases
    let index = panes.firstIndex(of: focus) ?? 0
    focus(on: panes[(index + step + panes.count) % panes.count], surroundings)
  }

  private mutating func open(_ surroundings: Surroundings) -> ScreenReply {
    switch focus {
    case .map, .values: isZoomed.toggle()
    case .list, .histogram:
      if tensor != nil { return showHistogram(surroundings) }
      changeList { $0.toggle() }
    }
    return .none
  }

  /// The histogram of the selected tensor, as a screen of its own.
  private func showHistogram(_ surroundings: Surroundings) -> ScreenReply {
    guard let subject else { return .none }
    var weights = weights
    weights.isDotted = surroundings.weights.isDotted
    return ScreenReply(screen: HistogramScreen(subject, weights))
  }

  private mutating func close() -> ScreenReply {
    if isZoomed || focus != .list {
      isZoomed = false
      focus = .list
    } else if list?.search.isEmpty == false {
      changeList { $0.find("") }
    } else {
      return .close
    }
    return .none
  }

  /// A pane at full size, or back to the list where it is that already.
  private mutating func showWhole(_ pane: Pane, _ surroundings: Surroundings) {
    let isWhole = focus == pane && (isZoomed || TensorScreenLayout(self, surroundings).mode == .pages)
    isZoomed = !isWhole
    focus(on: isWhole ? .list : pane, surroundings)
  }

  // MARK: Finding

  mutating func changeOrder() {
    changeList { list in
      let orders = TensorOrder.allCases
      let index = orders.firstIndex(of: list.order) ?? 0
      list.sort(by: orders[(index + 1) % orders.count], reversed: false)
    }
  }

  private mutating func performInIndex(_ command: Command, _ surroundings: Surroundings) -> ScreenReply {
    switch command {
    case .accept: return goToIndex(surroundings)
    case .close: index = nil
    case .eraseField: index?.erase()
    default: break
    }
    return .none
  }

  package mutating func type(_ key: Key, _ surroundings: Surroundings) -> ScreenReply {
    if index != nil {
      _ = index?.edit(key)
      return .none
    }
    typeInFilter(key)
    return .none
  }

  // MARK: Doing

  private func askWhereTo() -> ScreenReply {
    guard let tensor else { return .none }
    return ScreenReply(dialog: ExportForm(tensor: tensor.info, of: slot.slotID))
  }
}
