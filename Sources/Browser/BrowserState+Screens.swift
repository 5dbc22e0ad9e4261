import Canvas

/// The screens over the panes: the last of them is seen and takes the keys.
extension BrowserState {
  /// Those of the screen in view.
  var surroundings: Surroundings { surroundings(of: screens.count - 1) }

  /// - Parameter screen: its place among the screens.
  private func surroundings(of screen: Int) -> Surroundings {
    Surroundings(
      width: width, height: height, glyphs: glyphs, bindings: bindings, now: now, storePath: store.path,
      isCovered: !dialogs.isEmpty, divider: dividers.screens,
      subject: screen > 0 ? screens[screen - 1].subject : histogramSubject,
      marked: marks.slots.last { $0 != list.selectedSlotID }, weights: weights)
  }

  /// The selected slot.
  var histogramSubject: HistogramSubject? {
    list.selected.map {
      HistogramSubject(
        $0, known: inspected.statistics(slotID: $0.slotID, checksum: $0.checksum),
        note: inspected.slotID == $0.slotID ? inspected.note : nil)
    }
  }

  mutating func show(_ screen: any FullScreen) {
    notice = nil
    screens.append(screen)
  }

  /// Carries out a command on the screen in view. What is the same on all of them is done here.
  mutating func performOnScreen(_ command: Command) -> [Effect] {
    switch command {
    case .help:
      showHelp()
      return []
    case .commands:
      showCommands()
      return []
    case .showLog:
      showLog()
      return []
    case .redraw: return [.redraw]
    case .nextTheme: return [.useTheme(theme.next)]
    case .suspend: return [.suspend]
    case .openShell: return [.openShell]
    case .narrowList, .widenList:
      moveDivider(by: command == .widenList ? Divider.step : -Divider.step)
      return []
    case .quit: return quit()
    default: return changeScreen { $0.perform(command, $1) }
    }
  }

  mutating func typeOnScreen(_ key: Key) -> [Effect] { changeScreen { $0.type(key, $1) } }

  mutating func pointOnScreen(_ event: MouseEvent) -> [Effect] {
    notice = nil
    return changeScreen { $0.take(event, $1) }
  }

  /// Every screen hears what the shell tells, whether it is seen or not.
  mutating func tellScreens(_ message: Message) {
    for index in screens.indices { screens[index].take(message, surroundings(of: index)) }
  }

  /// Screens ask for what they need.
  mutating func settleScreens() -> [Effect] {
    guard layout.mode != .tooSmall else { return [] }
    return screens.indices.flatMap { screens[$0].settle(surroundings(of: $0)) }
  }

  private mutating func changeScreen(
    _ change: (inout any FullScreen, Surroundings) -> ScreenReply
  ) -> [Effect] {
    let surroundings = surroundings
    guard var screen = screens.popLast() else { return [] }
    let reply = change(&screen, surroundings)
    if let notice = reply.notice { self.notice = notice }
    if let dialog = reply.dialog { show(dialog) }
    if let weights = reply.weights { take(weights) }
    moveBelow(by: reply.moves)
    if reply.closes {
      let effects = reply.effects + screen.leave()
      return effects + (reply.below.map { perform($0) } ?? [])
    }
    screens.append(screen)
    if let above = reply.screen { show(above) }
    return reply.effects
  }

  /// Range and scale of a tensor's histogram are not those of the slots'.
  private mutating func take(_ weights: WeightsPane) {
    if screens.isEmpty { self.weights = weights }
    self.weights.isDotted = weights.isDotted
  }

  private mutating func moveBelow(by step: Int) {
    if step == 0 { return }
    if screens.isEmpty {
      moveSelection(step < 0 ? .up : .down)
    } else {
      screens[screens.count - 1].moveSubject(by: step)
    }
  }
}
