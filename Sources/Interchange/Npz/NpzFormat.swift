// The .npz format (numpy.savez, numpy.savez_compressed): a zip archive in which each member is a whole .npy file. The
// array's name is the member's without `.npy`, and may have slashes. `savez` stores the members, `savez_compressed`
// deflates them; numpy writes zip64 fields into every local header.

enum NpzFormat {
  static let suffix = ".npy"
}
