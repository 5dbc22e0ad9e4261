import ArgumentParser
import Foundation
import Inspection
import SlotStore

extension SlotOrder: ExpressibleByArgument {}

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists slots.",
    discussion: """
      INTEGRITY: verified (recomputed and equal), written (hashed while it was written), unverified (another \
      program wrote it), mismatch, missing, unreadable.

      SEARCH: words and terms, all of which must hold; a minus before one turns it round.
      \(searches)
      """)

  private static var searches: String {
    SearchField.examples.map { term, meaning in
      "  " + term.padding(toLength: max(18, term.count + 1), withPad: " ", startingAt: 0) + meaning
    }.joined(separator: "\n")
  }

  @OptionGroup var store: StoreArguments
  @Option(help: "Only slots of this model type, such as LLM or CNN.", completion: Completions.modelTypes)
  var type: String?
  @Option(
    parsing: .unconditional, help: "Only slots that match, such as 'gpt type:llm size:>1G'; see SEARCH above."
  ) var search: String?
  @Option(
    help:
      "updated (newest first), id, type, size (largest first), name, params, dtype, created, checksum, state (damaged first)."
  ) var sort: SlotOrder =
    .updated
  @Flag(help: "The other way round.") var reverse = false
  @Option(help: "At most so many.") var limit: Int?
  @Option(help: "Leave out so many first.") var offset = 0
  @Flag(help: "A JSON array on standard output.") var json = false

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit can't be negative") }
    do { _ = try search.map { try SlotSearch($0) } } catch {
      throw ValidationError("--search: \(error)")
    }
    if offset < 0 { throw ValidationError("--offset can't be negative") }
  }

  func run() throws {
    let store = try store.open(.read)
    let slots = try store.listSlots(
      modelType: type, search: search, order: sort, reversed: reverse, limit: limit, offset: offset)
    if json { return JSON.print(.array(slots.map { JSON.object(JSON.summary($0)) })) }
    if slots.isEmpty {
      let isFiltered = type != nil || search != nil || offset > 0 || limit == 0
      return Message.note(
        isFiltered
          ? "no slot matches" : "the store is empty; `slotscope build llm` or `slotscope import FILE` fill it"
      )
    }
    var table = Table(columns: [
      Table.Column(title: "SLOT", alignsRight: true), Table.Column(title: "TYPE"),
      Table.Column(title: "NAME"),
      Table.Column(title: "PARAMS", alignsRight: true), Table.Column(title: "SIZE", alignsRight: true),
      Table.Column(title: "DTYPE"), Table.Column(title: "UPDATED"), Table.Column(title: "INTEGRITY"),
    ])
    table.rows = slots.map { slot in
      [
        String(slot.slotID), Format.modelType(slot.modelType), slot.name,
        slot.parameters.map(Format.count) ?? "",
        Format.bytes(slot.sizeBytes), slot.dtypeText, String(slot.updatedAt.prefix(19)),
        slot.integrity.rawValue,
      ]
    }
    table.print()
  }
}
