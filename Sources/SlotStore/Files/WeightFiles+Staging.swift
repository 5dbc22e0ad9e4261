import Foundation
import ModelContext
import Npy
import Tensors

/// Weights on the disk that have no place yet.
struct StagedWeights {
  let file: StagedFile
  /// MD5 of the data.
  let checksum: String
  /// MD5 of the file that they come from; nil where they come from none.
  let sourceChecksum: String?
  let digests: Digests
}

extension WeightFiles {
  /// Writes a plan's weights as a staged .npy file, hashing on the way, and brings it to the disk.
  ///
  /// Memory stays bounded by a few chunks: while one is being hashed, the next is generated or read and written. A
  /// source file is read through beside that, as far as the weights are, so that the disk gives each of its bytes once.
  ///
  /// - Parameter slot: where it will go, for others to know; nil where that is not known yet.
  /// - Throws: `FileError.changed` where the source file was written to meanwhile.
  func stage(_ plan: ContextPlan, for slot: Int?, progress: WorkProgress?) throws -> StagedWeights {
    let header = NpyHeader.encode(dtype: plan.layout.dtype, shape: plan.layout.shape)
    if let free = freeBytes, plan.layout.byteCount + header.count > free {
      throw StoreError.noSpace(path: directory, needed: plan.layout.byteCount + header.count, free: free)
    }
    let file = try StagedFile(in: self, for: slot)
    progress?.begin(total: plan.layout.byteCount)
    try header.withUnsafeBytes { try file.write($0) }
    var digester = PieceDigester(
      cuts: Digests.cuts(byteCount: plan.layout.byteCount, tensors: plan.layout.tensors))
    let isSmall = max(plan.layout.byteCount, plan.sourceBytes?.byteCount ?? 0) <= Self.chunk
    let checksums =
      isSmall
      ? try writeSmall(plan, to: file, &digester, progress)
      : try writeLarge(plan, to: file, headerCount: header.count, &digester, progress)
    try progress?.checkCancellation()
    return StagedWeights(
      file: file, checksum: checksums.weights, sourceChecksum: checksums.source, digests: digester.finish())
  }

  private static let chunk = 2 << 20
  private static let writeback = 4 << 20

  private func writeSmall(
    _ plan: ContextPlan, to file: StagedFile, _ digester: inout PieceDigester, _ progress: WorkProgress?
  ) throws -> Checksums {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: plan.layout.byteCount, alignment: 64)
    defer { bytes.deallocate() }
    try progress?.checkCancellation()
    try plan.bytes.read(at: 0, into: bytes)
    var checksum = Checksum()
    checksum.update(UnsafeRawBufferPointer(bytes))
    digester.update(UnsafeRawBufferPointer(bytes))
    let source = try plan.sourceBytes.map { try Checksum.md5(of: $0) }
    try plan.sourceBytes?.checkUnchanged()
    try file.write(UnsafeRawBufferPointer(bytes))
    progress?.advance(by: bytes.count)
    try file.sync(nil)
    return Checksums(weights: checksum.finalize(), source: source)
  }

  private func writeLarge(
    _ plan: ContextPlan, to file: StagedFile, headerCount: Int, _ digester: inout PieceDigester,
    _ progress: WorkProgress?
  ) throws -> Checksums {
    let hasher = HashingQueue(chunk: Self.chunk, hasSource: plan.sourceBytes != nil)
    do {
      try copy(plan, to: file, headerCount: headerCount, hasher, &digester, progress)
      try plan.sourceBytes?.checkUnchanged()
    } catch {
      _ = hasher.finish()
      throw error
    }
    // What is still to be hashed is, while the disk works.
    let synced = Result { try file.sync(progress) }
    let checksums = hasher.finish()
    try synced.get()
    return checksums
  }

  private func copy(
    _ plan: ContextPlan, to file: StagedFile, headerCount: Int, _ hasher: HashingQueue,
    _ digester: inout PieceDigester, _ progress: WorkProgress?
  ) throws {
    let length = max(plan.layout.byteCount, plan.sourceBytes?.byteCount ?? 0)
    for offset in stride(from: 0, to: length, by: Self.chunk) {
      try progress?.checkCancellation()
      let buffer = hasher.freeBuffer()
      defer { hasher.release(buffer) }
      let part = buffer.weights.part(of: plan.layout.byteCount, from: offset)
      if !part.isEmpty { try plan.bytes.read(at: offset, into: part) }
      let sourcePart = buffer.source.part(of: plan.sourceBytes?.byteCount ?? 0, from: offset)
      if !sourcePart.isEmpty { try plan.sourceBytes?.read(at: offset, into: sourcePart) }
      hasher.hash(buffer, weights: part.count, source: sourcePart.count)
      if part.isEmpty { continue }
      digester.update(UnsafeRawBufferPointer(part))
      try file.write(UnsafeRawBufferPointer(part))
      progress?.advance(by: part.count)
      let written = offset + part.count
      if written % Self.writeback == 0 {
        file.beginWriteback(from: headerCount + written - Self.writeback, count: Self.writeback)
      }
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// As many bytes of it as there are from `offset` to the end of `total` bytes.
  fileprivate func part(of total: Int, from offset: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: self[..<Swift.min(count, Swift.max(0, total - offset))])
  }
}
