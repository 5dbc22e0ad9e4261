import Canvas

/// The screens over the panes: the last of them is seen and takes the keys.
extension BrowserState {
  var surroundings: Surroundings {
    Surroundings(
      width: width, height: height, glyphs: glyphs, now: now, storePath: store.path,
      isCovered: !dialogs.isEmpty)
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
    case .suspend: return [.suspend]
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
    let surroundings = surroundings
    for index in screens.indices { screens[index].take(message, surroundings) }
  }

  /// Screens ask for what they need.
  mutating func settleScreens() -> [Effect] {
    guard layout.mode != .tooSmall else { return [] }
    let surroundings = surroundings
    return screens.indices.flatMap { screens[$0].settle(surroundings) }
  }

  private mutating func changeScreen(
    _ change: (inout any FullScreen, Surroundings) -> ScreenReply
  ) -> [Effect] {
    guard var screen = screens.popLast() else { return [] }
    let reply = change(&screen, surroundings)
    if let notice = reply.notice { self.notice = notice }
    if let dialog = reply.dialog { show(dialog) }
    if reply.closes { return reply.effects + screen.leave() }
    screens.append(screen)
    return reply.effects
  }
}
