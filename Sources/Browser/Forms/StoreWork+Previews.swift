import Builds
import Foundation
import Interchange
import ModelContext
import Tensors

extension StoreWork {
  func preview(of order: BuildOrder) -> BuildPreview {
    var preview = BuildPreview(freeBytes: store.freeBytes)
    do {
      let place = try place(slotID: order.slotID)
      preview.slotID = place.slotID
      preview.occupant = place.occupant
      let plan = try order.nodeType.node(
        slotIndex: place.slotID ?? 0, settings: order.expanded.settings, reader: ModelFiles()
      ).plan()
      preview.sizeBytes = plan.layout.byteCount
      preview.parameters = plan.layout.parameterCount
      preview.tensors = plan.layout.tensors.count
    } catch {
      preview.problem = text(error)
    }
    return preview
  }

  /// Opens the file, and reads no more of it than its head.
  func preview(of question: ImportQuestion) -> ImportPreview {
    var preview = ImportPreview(place: SlotPlace())
    do {
      preview.place = try place(slotID: question.slotID)
      let file = try ModelFiles().open(HomeFolder.expanded(question.path))
      let plan = try file.importPlan()
      preview.facts = ModelFileFacts(
        format: file.format, tensors: plan.layout.tensors.count, parameters: plan.layout.parameterCount,
        byteCount: plan.layout.byteCount, modelType: plan.metadata["model_type"],
        name: plan.metadata["name"] ?? plan.recipe?.name ?? "")
    } catch {
      if case FileError.notFound = error { preview.isMissing = true }
      preview.problem = text(error)
    }
    return preview
  }

  /// - Parameter slotID: nil for the next free one.
  private func place(slotID: Int?) throws -> SlotPlace {
    let nextFree = slotID == nil ? try store.nextFreeSlot() : nil
    let slot = slotID ?? nextFree
    let occupant = try slot.flatMap { try store.summary(of: $0) }
    return SlotPlace(
      slotID: slot, nextFree: nextFree, occupant: occupant.map { $0.name.isEmpty ? "a context" : $0.name },
      freeBytes: store.freeBytes)
  }
}
