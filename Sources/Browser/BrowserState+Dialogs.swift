import Inspection

extension BrowserState {
  /// Carries out a command in the topmost dialog.
  mutating func performInDialog(_ command: Command) -> [Effect] {
    guard let dialog = dialogs.last else { return [] }
    switch dialog {
    case .help(var help):
      if command == .close { return closeDialog() }
      move(&help, command)
      dialogs[dialogs.count - 1] = .help(help)
      return []
    case .question(let question): return answer(question, command)
    case .form: return fill(command)
    case .verification:
      dialogs.removeLast()
      return command == .cancel ? stopVerifying() : []
    case .verified(let report): return read(command, checksum: report.verification.actual)
    case .verdict(let report): return judge(report, command)
    case .message: return read(command, checksum: nil)
    case .export(let form): return export(form, command)
    }
  }

  /// Its result, should it still come, is dropped.
  mutating func stopVerifying() -> [Effect] {
    guard let running = verification else { return [] }
    verification = nil
    notice = Notice(text: "slot \(running.slotID): verifying stopped", isError: false)
    return [.cancelVerification]
  }

  private mutating func closeDialog() -> [Effect] {
    dialogs.removeLast()
    return []
  }

  private func move(_ help: inout HelpDialog, _ command: Command) {
    let visible = dialogInside(help).height
    switch command {
    case .up: help.scroll.move(by: -1)
    case .down: help.scroll.move(by: 1)
    case .pageUp: help.scroll.move(by: -max(1, visible - 1))
    case .pageDown: help.scroll.move(by: max(1, visible - 1))
    case .first: help.scroll.moveToTop()
    case .last: help.scroll.moveToEnd()
    default: break
    }
    help.scroll.clamp(count: help.lines.count, visible: visible)
  }

  private mutating func answer(_ question: QuestionDialog, _ command: Command) -> [Effect] {
    dialogs.removeLast()
    guard command == .yes else { return [] }
    switch question.subject {
    case .delete(let slotID, let revision): return [.delete(slotID: slotID, revision: revision)]
    case .quit: return [.cancelAllBuilds, .quit]
    case .overwrite(let request): return [.exportTensor(request)]
    }
  }

  private mutating func export(_ form: TensorExportForm, _ command: Command) -> [Effect] {
    switch command {
    case .accept:
      if let problem = form.problem {
        notice = Notice(text: problem, isError: true)
        return []
      }
      dialogs.removeLast()
      return [.exportTensor(form.filledIn)]
    case .eraseField:
      var erased = form
      erased.path.erase()
      dialogs[dialogs.count - 1] = .export(erased)
      return []
    default: return closeDialog()
    }
  }

  /// A file that is there already is replaced only after a question.
  mutating func exported(_ request: TensorExportRequest, _ outcome: TensorExportOutcome) {
    switch outcome {
    case .written(let bytes):
      notice = Notice(text: "wrote \(request.path), \(Format.bytes(bytes))", isError: false)
    case .failed(let problem): notice = Notice(text: problem, isError: true)
    case .exists:
      var again = request
      again.overwrites = true
      dialogs.append(
        .question(
          QuestionDialog(
            subject: .overwrite(again), title: "Export",
            lines: ["There is a file \(request.path).", "Replace it?"])))
    }
  }

  private mutating func read(_ command: Command, checksum: String?) -> [Effect] {
    if command == .copyChecksum { return checksum.map { copy($0) } ?? [] }
    return command == .close ? closeDialog() : []
  }

  private mutating func judge(_ report: VerdictReport, _ command: Command) -> [Effect] {
    switch command {
    case .undo:
      dialogs.removeLast()
      if let reason = store.readOnlyReason {
        notice = Notice(text: reason, isError: false)
        return []
      }
      guard let before = report.outcome.before, report.canBeUndone else {
        notice = Notice(text: "nothing was replaced", isError: false)
        return []
      }
      undoSteps.removeAll { $0 == .replaced(slotID: report.slotID, previous: before.summary.revision) }
      return undo(.replaced(slotID: report.slotID, previous: before.summary.revision))
    case .logScale:
      var changed = report
      changed.isLog.toggle()
      dialogs[dialogs.count - 1] = .verdict(changed)
      return []
    default: return read(command, checksum: report.outcome.after.summary.checksum)
    }
  }

  private mutating func fill(_ command: Command) -> [Effect] {
    guard case .form(var form)? = dialogs.last else { return [] }
    switch command {
    case .close: return closeDialog()
    case .accept:
      if let problem = form.problem {
        form.focus = problem.field
        dialogs[dialogs.count - 1] = .form(form)
        notice = Notice(text: "\(problem.field.rawValue): \(problem.text)", isError: true)
        return []
      }
      if let problem = form.preview?.problem {
        notice = Notice(text: problem, isError: true)
        return []
      }
      guard let order = form.order else { return [] }
      dialogs.removeLast()
      return [.submit(.build(order))]
    case .nextField: form.moveFocus(by: 1)
    case .previousField: form.moveFocus(by: -1)
    case .nextChoice: _ = form.choose(by: 1)
    case .previousChoice: _ = form.choose(by: -1)
    case .eraseField: form.eraseField()
    default: return []
    }
    let changesOrder = command != .nextField && command != .previousField
    let request = changesOrder ? form.nextPreview() : nil
    dialogs[dialogs.count - 1] = .form(form)
    return request.map { [.preview($0)] } ?? []
  }
}
