import Builds
import Foundation
import Interchange
import ModelContext
import Tensors

extension StoreWork {
  /// - Returns: nil where it was cancelled.
  func preview(of orders: [BuildOrder], progress: WorkProgress) -> BuildPreview? {
    var preview = BuildPreview(sizeBytes: 0, freeBytes: store.freeBytes)
    preview.slotCount = orders.count
    do {
      for order in orders {
        if progress.isCancelled { return nil }
        let place = try place(slotID: order.slotID)
        preview.slotID = place.slotID
        preview.occupant = place.occupant
        if place.occupant != nil { preview.fullCount += 1 }
        let layout = try order.nodeType.node(
          slotIndex: place.slotID ?? 0, settings: order.expanded.settings, reader: ModelFiles()
        ).plan().layout
        // Many large ones may be more than can be counted; they are too large in any case.
        let (sum, overflow) = (preview.sizeBytes ?? 0).addingReportingOverflow(layout.byteCount)
        preview.sizeBytes = overflow ? Int.max : sum
        preview.parameters = layout.parameterCount
        preview.tensors = layout.tensors.count
      }
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
