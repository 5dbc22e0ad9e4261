import Canvas
import Inspection
import Tensors

/// Asks for the file that a tensor is to be written to.
package struct TensorExportForm: FormDialog {
  package enum Field: String, FormFieldName {
    case file = "File"
  }

  let tensor: TensorInfo
  let request: TensorExportRequest
  package var form: Form<Field>

  init(tensor: TensorInfo, request: TensorExportRequest) {
    self.tensor = tensor
    self.request = request
    form = Form(
      [.file: .path(PathInput(Self.fileName(of: tensor, slotID: request.slotID), purpose: .export))],
      focus: .file)
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

  package func problem(in name: Field) -> String? {
    if form.isEmpty(.file) { return "a file name, please" }
    return form.string(.file).lowercased().hasSuffix(".npy") ? nil : "with the extension .npy"
  }

  package mutating func accepted(on browser: inout BrowserState) -> DialogReply {
    var request = request
    request.path = form.string(.file)
    return .close([.exportTensor(request)])
  }

  package var title: String { "Export a tensor" }
  package var acceptLabel: String { "export" }

  package var preview: FormPreview {
    let kept =
      tensor.dtype.elementsPerBlock == 1
      ? "\(tensor.dtype.rawValue) \(Shape.text(tensor.shape))"
      : "\(tensor.dtype.rawValue) as bytes, as numpy has no such dtype"
    return FormPreview([FormPreview.Line("\(kept), \(Format.bytes(tensor.byteCount))", .dim)])
  }
}
