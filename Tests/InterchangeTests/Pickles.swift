@testable import Interchange

/// Pickles, instruction by instruction: characters are opcodes, everything else is as pickletools has it.
struct Pickle {
  var bytes: [UInt8]

  init(_ bytes: [UInt8] = [0x80, 2]) { self.bytes = bytes }

  /// Instructions without arguments.
  func op(_ codes: String) -> Pickle { Pickle(bytes + Array(codes.unicodeScalars.map { UInt8($0.value) })) }

  func raw(_ more: [UInt8]) -> Pickle { Pickle(bytes + more) }

  func text(_ text: String) -> Pickle {
    var more: [UInt8] = [0x58]
    more.append(littleEndian: UInt32(text.utf8.count))
    return raw(more + Array(text.utf8))
  }

  func integer(_ value: Int) -> Pickle {
    var more: [UInt8] = [0x8a, 8]
    more.append(littleEndian: Int64(value))
    return raw(more)
  }

  func integers(_ values: [Int]) -> Pickle { values.reduce(op("(")) { $0.integer($1) }.op("t") }

  func global(_ module: String, _ name: String) -> Pickle {
    raw(Array("c\(module)\n\(name)\n".utf8))
  }

  /// A tensor as torch.save has it; what differs from the usual is given.
  func tensor(
    _ size: [Int], stride: [Int]? = nil, offset: Int = 0, type: String = "FloatStorage", key: String = "0",
    count: Int
  ) -> Pickle {
    var usual: [Int] = []
    var step = 1
    for extent in size.reversed() {
      usual.insert(step, at: 0)
      step = step.multipliedReportingOverflow(by: extent).partialValue
    }
    return global("torch._utils", "_rebuild_tensor_v2").op("((").text("storage").global("torch", type).text(
      key
    )
    .text("cpu").integer(count).op("tQ").integer(offset).integers(size).integers(stride ?? usual)
    .op("\u{89}").global("collections", "OrderedDict").op(")RtR")
  }
}

/// A PyTorch file with these storages, by their keys.
func torchFile(
  _ pickle: Pickle, _ storages: [String: [UInt8]] = ["0": Array(0..<24)], folder: String = "m/",
  others: [TestMember] = []
) -> [UInt8] {
  let members = storages.sorted { $0.key < $1.key }.map { TestMember("\(folder)data/\($0.key)", $0.value) }
  return zip([TestMember(folder + "data.pkl", pickle.bytes)] + members + others)
}
