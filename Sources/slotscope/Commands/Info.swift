import ArgumentParser
import Inspection
import SlotStore

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Totals of the store.")

  @OptionGroup var store: StoreArguments
  @Flag(help: "A JSON object on standard output.") var json = false

  func run() throws {
    let stats = try store.open(.read).stats()
    if json {
      return JSON.print(
        JSON.object([
          ("total_contexts", JSON.integer(stats.totalContexts)),
          ("total_size_bytes", JSON.integer(stats.totalSizeBytes)),
          ("by_model_type", JSON.object(stats.byModelType.map { ($0.modelType, JSON.integer($0.count)) })),
          ("storage_dir", .string(stats.directory)), ("schema_version", .string(stats.schemaVersion)),
        ]))
    }
    Answer.line("store   \(stats.directory)")
    Answer.line("slots   \(Format.grouped(stats.totalContexts))")
    Answer.line("size    \(Format.bytes(stats.totalSizeBytes))")
    for type in stats.byModelType {
      Answer.line(
        "  \(Format.modelType(type.modelType))  \(Format.grouped(type.count))  \(Format.bytes(type.sizeBytes))"
      )
    }
    Answer.line("schema  \(stats.schemaVersion)")
  }
}
