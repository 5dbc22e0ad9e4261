import Canvas

/// A list in which one row is selected, and which is searched as one types.
protocol SearchedList {
  var search: String { get }
  /// Rows in view.
  var visible: Int { get }

  mutating func find(_ text: String)
  mutating func move(by rows: Int)
  /// Selects a row; the last where there are fewer.
  mutating func select(row: Int)
}

/// A screen with such a list: how it is moved in and searched is the same on all.
protocol ListScreen: FullScreen {
  associatedtype List: SearchedList

  /// nil until there is one.
  var list: List? { get set }
  /// What is being typed after `/`; nil while nobody types.
  var filter: TextField? { get set }

  mutating func changeOrder()
}

extension ListScreen {
  mutating func changeList(_ change: (inout List) -> Void) {
    guard var list else { return }
    // Not copied, since it is nowhere else then.
    self.list = nil
    change(&list)
    self.list = list
  }

  mutating func moveSelection(_ command: Command) {
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

  mutating func performInFilter(_ command: Command) -> ScreenReply {
    switch command {
    case .accept: filter = nil
    case .close:
      filter = nil
      changeList { $0.find("") }
    case .eraseField:
      filter?.erase()
      changeList { $0.find("") }
    case .nextOrder: changeOrder()
    default: moveSelection(command)
    }
    return .none
  }

  mutating func typeInFilter(_ key: Key) {
    guard filter?.edit(key) == true else { return }
    let text = filter?.string ?? ""
    changeList { $0.find(text) }
  }
}
