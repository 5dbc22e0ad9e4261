import Builds
import Foundation
import Interchange
import Tensors

extension StoreWork {
  /// Opens the slots, and looks at where their files would go.
  ///
  /// - Returns: nil where it was cancelled.
  func preview(of question: ExportQuestion, progress: WorkProgress) -> ExportPreview? {
    var preview = ExportPreview()
    do {
      let folder = HomeFolder.expanded(question.folder)
      preview.problem = problem(with: folder, as: question.isFolder ? question.folder : folder)
      if preview.problem != nil { return preview }
      preview.freeBytes = Self.freeBytes(of: folder)
      for slot in question.slots {
        if progress.isCancelled { return nil }
        let name = question.isFolder ? try store.summary(of: slot)?.name : nil
        let path = question.path(slotID: slot, name: name ?? "")
        preview.paths.append(path)
        let file = HomeFolder.expanded(path)
        let export = try SlotExport(
          of: slot, in: store, tensor: question.tensor, to: path, as: question.format)
        preview.byteCount += export.byteCount
        for conversion in export.conversions {
          preview.conversions[conversion.from, default: 0] += conversion.tensorCount
        }
        var status = stat()
        guard lstat(file, &status) == 0 else { continue }
        if stat(file, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
          throw FileError.notRegular(path: path, kind: fileKind(status.st_mode))
        }
        preview.existing.append(path)
      }
    } catch {
      preview.problem = text(error)
    }
    return preview
  }

  /// Why nothing can be written into a folder; the store's own are for the store alone.
  private func problem(with folder: String, as name: String) -> String? {
    var status = stat()
    guard stat(folder, &status) == 0 else {
      return errno == ENOENT ? "there is no folder \(name)" : String(describing: FileError("open", name))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return "\(name) is not a folder" }
    if let real = Self.realPath(folder), let home = Self.realPath(store.directory),
      real == home || real.hasPrefix(home + "/")
    {
      return "\(name) belongs to the store; export to a folder outside of it"
    }
    return access(folder, W_OK) == 0 ? nil : String(describing: FileError("open", name))
  }

  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  private static func freeBytes(of folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    let (bytes, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    return overflow ? nil : bytes
  }
}
