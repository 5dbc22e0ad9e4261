import Canvas
import Configuration
import Foundation

/// What is known of the store before anything is loaded.
package struct StoreFacts: Sendable, Equatable {
  /// The folder, as a person writes it.
  package var path: String
  /// Why nothing can be written; nil where it can.
  package var readOnlyReason: String?

  package init(path: String, readOnlyReason: String? = nil) {
    self.path = path
    self.readOnlyReason = readOnlyReason
  }
}

/// Everything the browser shows and knows, as a value.
///
/// It changes through ``apply(_:)`` alone, which returns what the shell is to do; it knows no task, no store and
/// no terminal.
package struct BrowserState: Sendable {
  package var store: StoreFacts
  package var width: Int
  package var height: Int
  package var glyphs: Glyphs
  /// The colours that are drawn with.
  package internal(set) var theme = ThemeName.auto
  package var now: Date
  /// Which keys there are.
  package var bindings = BindingTable.standard
  /// Columns of the list that somebody has chosen; nil: what the width has room for.
  var columns: [SlotColumns.Column]?
  /// What in the configuration could not be understood.
  var configurationProblems: [ConfigurationProblem] = []

  package var list: SlotList
  package internal(set) var totals: Totals?
  package internal(set) var damage: DamageCount?
  package internal(set) var inspected = InspectedSlot()
  package internal(set) var weights = WeightsPane()
  var infoScroll = ScrollPosition()
  var configScroll = ScrollPosition()
  package internal(set) var jobs = JobsPane()

  package internal(set) var focus = PaneID.slots
  /// The pane in focus takes the whole screen.
  package internal(set) var isZoomed = false
  /// What is being typed after `/`; nil while nobody types.
  package internal(set) var filter: TextField?
  /// The number of a slot that is being typed, to go there; nil while nobody does.
  package internal(set) var jump: TextField?
  /// Over the panes; the last is in view.
  package internal(set) var screens: [any FullScreen] = []
  package internal(set) var dialogs: [any Dialog] = []
  package internal(set) var dividers = Dividers()
  /// The divider follows the mouse until the button goes up.
  var isDraggingDivider = false
  package internal(set) var notice: Notice? {
    didSet { if let notice, notice.isKept { log.add(notice, at: now) } }
  }
  /// What the status line has said.
  var log = MessageLog()
  /// In which times of day are told.
  var timeZone = TimeZone.current
  package internal(set) var marks = Marks()
  var markGeneration = 0
  /// Slots that are to be marked are asked for, and not known yet.
  var isMarking = false
  var needsMarksReviewed = false
  /// What was asked for of a slot that was not loaded yet; any other key takes it back.
  var wanted: (command: Command, slotID: Int)?
  /// What looks something up that is to be shown or asked; nil where nobody waits for an answer.
  var survey: JobTask.ID?
  /// The number of the last task that was asked for.
  var lastTask = 0
  var differenceGeneration = 0
  /// What `u` takes back, the last first.
  var undoSteps: [UndoStep] = []
  var totalsGeneration = 0
  var pendingTotals: TotalsRequest?
  var needsTotals = true
  /// The size for which rows were last counted.
  var laidOut: ScreenLayout?

  package init(
    store: StoreFacts, width: Int, height: Int, glyphs: Glyphs = .unicode, now: Date,
    modelType: String? = nil, slotID: Int? = nil
  ) {
    self.store = store
    self.width = width
    self.height = height
    self.glyphs = glyphs
    self.now = now
    list = SlotList(query: ListQuery(modelType: modelType), selectedSlotID: slotID)
  }
}

extension BrowserState {
  /// What messages call a command by, as ``BindingTable/name(of:in:ascii:)``.
  func key(_ command: Command, in scope: Scope = .panes) -> String {
    bindings.name(of: command, in: scope, ascii: glyphs.isASCII)
  }
}

/// A line for the status line.
package struct Notice: Sendable, Equatable {
  package var text: String
  package var isError: Bool
  /// Whether the log keeps it: why a key does nothing now is of no interest later.
  package var isKept = true
}
