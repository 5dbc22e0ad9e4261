import ModelContext
import Npy
import Tensors

extension PersistentStore {
  /// Reads a slot's weights through and compares them with what the index says; the result is noted there.
  ///
  /// - Parameters:
  ///   - quick: compares fast digests, at the speed of the disk; where the index has none yet, as for what another
  ///     program wrote, the MD5 is recomputed, and they are made on the way.
  ///   - skippingVerified: nothing is read where the checksum was recomputed before and the file is still the same
  ///     (size, mtime, inode). Bits that went bad on the disk since then are not seen so.
  ///   - progress: told of bytes read; cancelling it ends the work within a block.
  /// - Throws: `StoreError.noSlot`, errors of the index, `CancellationError`. What is wrong with the weights is no
  ///   error but the result.
  public func verify(
    _ slot: Int, quick: Bool = false, skippingVerified: Bool = false, progress: WorkProgress? = nil
  ) throws -> Verification {
    if let row = try index.lightRow(slot) { progress?.begin(total: row.sizeBytes) }
    let (verification, note) = try examine(
      slot, quick: quick, skippingVerified: skippingVerified, progress: progress)
    if let note { remember([note]) }
    return verification
  }

  /// - Returns: the result, and what is to be noted of it.
  func examine(
    _ slot: Int, quick: Bool, skippingVerified: Bool, progress: WorkProgress?
  ) throws -> (Verification, VerificationNote?) {
    guard let row = try index.row(slot) else { throw StoreError.noSlot(slot) }
    if skippingVerified, let checksum = row.checksum, integrity(row) == .verified {
      return (Verification(row, actual: checksum, method: .remembered), nil)
    }
    do {
      let opened = try openWeights(slot)
      let digests = try knownDigests(opened)
      if quick, let digests { return try compare(opened, digests, progress) }
      return try recompute(opened, digests, progress)
    } catch let error as CancellationError {
      throw error
    } catch StoreError.noSlot {
      throw StoreError.noSlot(slot)
    } catch StoreError.badWeights(_, let path, let why) {
      let stamp = (try? OpenFile(path: path, followsLinks: false))?.stamp
      let verification = Verification(row, damage: .torn(why: why), error: "\(path): torn: \(why)")
      return (verification, stamp.map { Self.note(row, $0, agrees: false) })
    } catch {
      return (Verification(row, error: String(describing: error)), nil)
    }
  }

  private func knownDigests(_ opened: OpenedWeights) throws -> Digests? {
    try index.keptText(.digests, of: opened.row).flatMap { text in
      Digests(text, checksum: opened.row.checksum, pieceCount: opened.cuts.count - 1)
    }
  }

  /// By MD5; the digests are made too where there are none.
  private func recompute(
    _ opened: OpenedWeights, _ digests: Digests?, _ progress: WorkProgress?
  ) throws -> (Verification, VerificationNote?) {
    guard let expected = opened.row.checksum else {
      let actual = try Checksum.md5(of: opened.checkedData, progress: progress)
      return (
        Verification(opened.row, actual: actual, error: "the index has no checksum to compare with"), nil
      )
    }
    var digester = digests == nil ? PieceDigester(cuts: opened.cuts) : nil
    let actual = try Checksum.md5(of: opened.checkedData, progress: progress) { digester?.update($0) }
    if actual == expected {
      let made = digester?.finish().text(checksum: expected)
      return (
        Verification(opened.row, actual: actual),
        Self.note(opened.row, opened.file.stamp, agrees: true, digests: made)
      )
    }
    let damage = try digests.map { try Self.place(opened, Self.differing(opened, $0, nil)) }
    return (
      Verification(opened.row, actual: actual, damage: damage ?? .changed(places: [], tensors: [])),
      Self.note(opened.row, opened.file.stamp, agrees: false)
    )
  }

  /// By digests. That they agree is not noted: the row's state speaks of the checksum.
  private func compare(
    _ opened: OpenedWeights, _ digests: Digests, _ progress: WorkProgress?
  ) throws -> (Verification, VerificationNote?) {
    let differing = try Self.differing(opened, digests, progress)
    if differing.isEmpty { return (Verification(opened.row, method: .quick), nil) }
    return (
      Verification(opened.row, method: .quick, damage: Self.place(opened, differing)),
      Self.note(opened.row, opened.file.stamp, agrees: false)
    )
  }

  /// The pieces that are not what they were, read on all cores.
  private static func differing(
    _ opened: OpenedWeights, _ digests: Digests, _ progress: WorkProgress?
  ) throws -> [Int] {
    try PieceReader(data: opened.checkedData, cuts: opened.cuts, progress: progress).differing(from: digests)
  }

  /// Neighbouring pieces are one place.
  private static func place(_ opened: OpenedWeights, _ pieces: [Int]) -> Damage {
    let cuts = opened.cuts
    var places: [Range<Int>] = []
    for piece in pieces {
      let place = cuts[piece]..<cuts[piece + 1]
      if let last = places.last, last.upperBound == place.lowerBound {
        places[places.count - 1] = last.lowerBound..<place.upperBound
      } else {
        places.append(place)
      }
    }
    let tensors = opened.layout.tensors.filter { tensor in
      places.contains { $0.overlaps(tensor.byteRange) }
    }
    return .changed(places: places, tensors: tensors.map(\.info.name))
  }

  private static func note(
    _ row: SlotRow, _ stamp: FileStamp, agrees: Bool, digests: String? = nil
  ) -> VerificationNote {
    VerificationNote(
      row: row, verifiedAt: Timestamp.precise(), stamp: (agrees ? "" : disagreed) + text(stamp),
      digestsJSON: digests)
  }

  /// Where the store can't be written the results are still true, only not remembered.
  func remember(_ notes: [VerificationNote]) {
    let known = notes.filter { $0.row.checksum != nil }
    guard isWritable, !known.isEmpty else { return }
    do { try withWriteLock { try index.note(known) } } catch {
      options.onWarning?("the result could not be noted in the index: \(error)")
    }
  }
}

extension OpenedWeights {
  var cuts: [Int] { Digests.cuts(byteCount: layout.byteCount, tensors: layout.tensors) }
}
