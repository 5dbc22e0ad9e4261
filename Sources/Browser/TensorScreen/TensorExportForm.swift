import Canvas
import Inspection
import Tensors

/// Asks for the file that a tensor is to be written to.
package struct TensorExportForm: Sendable, Dialog {
  let tensor: TensorInfo
  let request: TensorExportRequest
  var path: TextField

  init(tensor: TensorInfo, request: TensorExportRequest) {
    self.tensor = tensor
    self.request = request
    path = TextField(Self.fileName(of: tensor, slotID: request.slotID))
  }

  /// The tensor's name as a file in the current folder can have it.
  private static func fileName(of tensor: TensorInfo, slotID: Int) -> String {
    if tensor.name.isEmpty { return "slot-\(slotID).npy" }
    var name = ""
    for character in tensor.name.prefix(120) {
      let isPlain = character.isLetter || character.isNumber || "._-+ ()[]".contains(character)
      name.append(isPlain && character.unicodeScalars.count == 1 ? character : "_")
    }
    // What begins with a dot would be hidden, and a name may be no longer than 255 bytes.
    if name.hasPrefix(".") { name = "_" + name.dropFirst() }
    while name.utf8.count > 200 { name.removeLast() }
    return name + ".npy"
  }

  /// Why it can't be written there.
  var problem: String? {
    if path.isEmpty { return "a file name, please" }
    return path.string.lowercased().hasSuffix(".npy")
      ? nil : "this version writes .npy: give the file that extension"
  }

  var filledIn: TensorExportRequest {
    var request = request
    request.path = path.string
    return request
  }

  package var scope: Scope { .path }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    switch command {
    case .accept:
      if let problem {
        browser.notice = Notice(text: problem, isError: true)
        return .stay()
      }
      return .close([.exportTensor(filledIn)])
    case .eraseField:
      path.erase()
      return .stay()
    default: return .close()
    }
  }

  package mutating func type(_ key: Key, on browser: inout BrowserState) -> DialogReply? {
    path.edit(key) ? .stay() : nil
  }

  package var title: String { "Export a tensor" }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (min(76, available.width), min(3, available.height))
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    canvas.put("File", x: inside.x, y: inside.y, style: .focusedTitle)
    let cursor = FieldPicture.draw(
      path, into: &canvas, x: inside.x + 6, y: inside.y, width: inside.width - 6, style: .plain)
    let shape = Shape.text(tensor.shape).replacing("×", with: canvas.glyphs.times)
    let kept =
      tensor.dtype.elementsPerBlock == 1
      ? "\(tensor.dtype.rawValue) \(shape)" : "\(tensor.dtype.rawValue) as bytes, as numpy has no such dtype"
    canvas.put(
      VisibleText.tailCut(
        "\(kept) \(canvas.glyphs.separator) \(Format.bytes(tensor.byteCount))", width: inside.width,
        ellipsis: canvas.glyphs.ellipsis), x: inside.x, y: inside.y + 2, style: .dim)
    return cursor
  }
}
