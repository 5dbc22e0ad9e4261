import Canvas
import Inspection

extension TensorScreen {
  package func whyDisabled(_ command: Command, _ surroundings: Surroundings) -> String? {
    switch command {
    case .logScale, .range, .zoomIn, .zoomOut, .panLeft, .panRight:
      noTensor ?? (inspected.range == nil ? "nothing is counted yet" : nil)
    case .copyChecksum, .exportTensor, .histogram: noTensor
    case .foldAll, .unfoldAll:
      list?.isTree == false ? "sorted by \(list?.order.rawValue ?? ""), the list is flat" : nil
    default: nil
    }
  }

  private var noTensor: String? { tensor == nil ? "no tensor is selected" : nil }

  package func offers(_ command: Command, _ surroundings: Surroundings) -> Bool {
    if filter != nil { return true }
    switch command {
    case .open: return focus == .list
    default: return whyDisabled(command, surroundings) == nil
    }
  }

  package mutating func perform(_ command: Command, _ surroundings: Surroundings) -> ScreenReply {
    if filter != nil { return performInFilter(command) }
    switch command {
    case .up, .down, .pageUp, .pageDown, .first, .last: move(command)
    case .left, .right: moveSideways(command)
    case .nextPane: focusPane(by: 1)
    case .previousPane: focusPane(by: -1)
    case .open: open(surroundings)
    case .close: return close()
    case .foldAll: changeList { $0.foldAll(true) }
    case .unfoldAll: changeList { $0.foldAll(false) }
    case .filter: filter = TextField(list?.search ?? "")
    case .nextOrder: changeOrder()
    case .reverseOrder: changeList { $0.sort(by: $0.order, reversed: !$0.isReversed) }
    case .histogram: showWhole(.histogram, surroundings)
    case .logScale: weights.isLog.toggle()
    case .range:
      if inspected.zoom == nil { weights.range = weights.range == .central ? .all : .central }
      changeInspected { $0.resetZoom() }
    case .zoomIn: changeInspected { $0.scaleRange(by: 0.5) }
    case .zoomOut: changeInspected { $0.scaleRange(by: 2) }
    case .panLeft: changeInspected { $0.panRange(by: -1) }
    case .panRight: changeInspected { $0.panRange(by: 1) }
    case .copyChecksum: return tensor.map { .copy(checksum(of: $0) ?? $0.info.name) } ?? .none
    case .exportTensor: return askWhereTo()
    default: break
    }
    return .none
  }

  // MARK: Moving

  private mutating func move(_ command: Command) {
    changeList { list in
      let page = max(1, list.visible - 1)
      switch command {
      case .up: list.move(by: -1)
      case .down: list.move(by: 1)
      case .pageUp: list.move(by: -page)
      case .pageDown: list.move(by: page)
      case .first: list.select(row: 0)
      case .last: list.select(row: .max)
      default: break
      }
    }
  }

  private mutating func moveSideways(_ command: Command) {
    switch focus {
    case .list: changeList { command == .left ? $0.fold() : $0.unfold() }
    case .histogram: changeInspected { $0.panRange(by: command == .left ? -1 : 1) }
    }
  }

  private mutating func focusPane(by step: Int) {
    let panes = Pane.allCases
    let index = panes.firstIndex(of: focus) ?? 0
    focus = panes[(index + step + panes.count) % panes.count]
  }

  private mutating func open(_ surroundings: Surroundings) {
    guard focus == .list else {
      isZoomed.toggle()
      return
    }
    if tensor != nil {
      showWhole(.histogram, surroundings)
    } else {
      changeList { $0.toggle() }
    }
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
    focus = isWhole ? .list : pane
    isZoomed = !isWhole
  }

  // MARK: Finding

  private mutating func changeOrder() {
    changeList { list in
      let orders = TensorOrder.allCases
      let index = orders.firstIndex(of: list.order) ?? 0
      list.sort(by: orders[(index + 1) % orders.count], reversed: false)
    }
  }

  private mutating func performInFilter(_ command: Command) -> ScreenReply {
    switch command {
    case .accept: filter = nil
    case .close:
      filter = nil
      changeList { $0.find("") }
    case .eraseField:
      filter?.erase()
      changeList { $0.find("") }
    default: move(command)
    }
    return .none
  }

  package mutating func type(_ key: Key, _ surroundings: Surroundings) -> ScreenReply {
    guard filter?.edit(key) == true else { return .none }
    let text = filter?.string ?? ""
    changeList { $0.find(text) }
    return .none
  }

  // MARK: Doing

  private func askWhereTo() -> ScreenReply {
    guard let number = list?.selectedTensor, let tensor else { return .none }
    return ScreenReply(
      dialog: .export(
        TensorExportForm(
          tensor: tensor.info,
          request: TensorExportRequest(slotID: slot.slotID, checksum: slot.checksum, tensor: number, path: "")
        )))
  }
}
