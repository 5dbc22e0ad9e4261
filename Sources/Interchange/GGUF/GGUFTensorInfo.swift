import Tensors

/// A tensor as the file describes it.
struct GGUFTensorInfo {
  let name: String
  /// Outermost first; the file has them the other way round.
  let shape: [Int]
  let type: GGUFTensorType
  /// From the first data byte.
  let offset: UInt64
  let elementCount: Int
  /// Nil where the type's blocks are not known.
  let byteCount: Int?

  /// Reads the description at the cursor, and checks what can be checked without the others.
  init(_ cursor: inout GGUFCursor, index: Int) throws {
    let length = try cursor.length(.name(tensor: index))
    guard length <= GGUFFormat.maximumNameByteCount else {
      throw GGUFError.nameTooLong(tensor: index, byteCount: length)
    }
    let name = try cursor.text(length, .name(tensor: index))
    let part = GGUFPart.info(tensor: name)
    let dimensions: UInt32 = try cursor.integer(part)
    guard dimensions <= GGUFFormat.maximumDimensions else {
      throw GGUFError.tooManyDimensions(tensor: name, count: dimensions)
    }
    var shape: [Int] = []
    for _ in 0..<dimensions {
      let extent: UInt64 = try cursor.integer(part)
      guard let extent = Int(exactly: extent) else { throw GGUFError.shapeTooLarge(tensor: name) }
      shape.insert(extent, at: 0)
    }
    self.name = name
    self.shape = shape
    type = GGUFTensorType(number: try cursor.integer(part))
    offset = try cursor.integer(part)
    (elementCount, byteCount) = try Self.sizes(name, shape, type)
  }

  private static func sizes(
    _ name: String, _ shape: [Int], _ type: GGUFTensorType
  ) throws(GGUFError) -> (elements: Int, bytes: Int?) {
    // As for numpy, an extent of 0 does not excuse the others.
    guard let bound = try? Shape.elementCount(shape.map { max(1, $0) }) else {
      throw .shapeTooLarge(tensor: name)
    }
    let elements = shape.contains(0) ? 0 : bound
    guard let block = type.block else { return (elements, elements == 0 ? 0 : nil) }
    let row = shape.last ?? 1
    guard row % block.elements == 0 else {
      throw .partialBlock(tensor: name, row: row, type: type.name, block: block.elements)
    }
    let (bytes, overflow) = (bound / block.elements).multipliedReportingOverflow(by: block.bytes)
    if overflow { throw .shapeTooLarge(tensor: name) }
    return (elements, elements == 0 ? 0 : bytes)
  }
}
