import Canvas

/// The dialogs over the screen: the last of them is in view and takes the keys.
extension BrowserState {
  mutating func show(_ dialog: any Dialog) { dialogs.append(dialog) }

  /// Carries out a command in the dialog in view.
  mutating func performInDialog(_ command: Command) -> [Effect] {
    changeDialog { $0.perform(command, on: &$1) } ?? []
  }

  /// - Returns: nil where the dialog in view has no use for the key as text.
  mutating func typeInDialog(_ key: Key) -> [Effect]? { changeDialog { $0.type(key, on: &$1) } }

  mutating func pointInDialog(_ event: MouseEvent) -> [Effect] {
    changeDialog { $0.take(event, inside: $1.dialogInside($0), on: &$1) } ?? []
  }

  /// Every dialog hears what the shell tells, whether it is in view or not.
  mutating func tellDialogs(_ message: Message) {
    for index in dialogs.indices { dialogs[index].take(message) }
  }

  /// Dialogs ask for what they need. Those shown meanwhile have their turn, too.
  mutating func settleDialogs() -> [Effect] {
    var effects: [Effect] = []
    var place = 0
    while place < dialogs.count {
      var dialog = dialogs.remove(at: place)
      let reply = dialog.settle(on: &self)
      effects += reply.effects
      if !reply.closes {
        dialogs.insert(dialog, at: place)
        place += 1
      }
    }
    return effects
  }

  /// What it shows meanwhile lies over it.
  private mutating func changeDialog(
    _ change: (inout any Dialog, inout BrowserState) -> DialogReply?
  ) -> [Effect]? {
    guard var dialog = dialogs.popLast() else { return nil }
    let place = dialogs.count
    let reply = change(&dialog, &self)
    if reply?.closes != true { dialogs.insert(dialog, at: min(place, dialogs.count)) }
    return reply?.effects
  }
}
