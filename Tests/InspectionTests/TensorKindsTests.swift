import Inspection
import Tensors
import Testing

@Suite("What the tensors of a slot are made of")
struct TensorKindsTests {
  private func tensors(_ kinds: (DType, Int)...) throws -> [TensorInfo] {
    try kinds.enumerated().map { try TensorInfo(name: "\($0)", dtype: $1.0, shape: [$1.1]) }
  }

  @Test("dtypes are named, that of most bytes first; of many some are counted")
  func text() throws {
    #expect(TensorKinds([]).text == "")
    #expect(TensorKinds(try tensors((.float32, 8))).text == "float32")
    #expect(TensorKinds(try tensors((.int64, 1), (.float32, 8), (.int64, 2))).text == "float32 + int64")
    #expect(
      TensorKinds(try tensors((.int8, 1), (.float16, 9), (.float32, 3), (.int64, 1), (.bool, 1))).text
        == "float16 + float32 + int64 + 2 more")
  }

  @Test("integers among floats are told, as they change mean and deviation")
  func note() throws {
    #expect(TensorKinds(try tensors((.float32, 8), (.float16, 8))).integerNote == nil)
    #expect(TensorKinds(try tensors((.int64, 8), (.uint8, 8))).integerNote == nil)
    #expect(
      TensorKinds(try tensors((.float32, 8), (.int64, 2), (.float32, 4))).integerNote
        == "1 of 3 tensors is int64")
    #expect(
      TensorKinds(try tensors((.float32, 8), (.int64, 2), (.int64, 4))).integerNote
        == "2 of 3 tensors are int64")
    #expect(
      TensorKinds(try tensors((.float32, 8), (.int64, 2), (.bool, 4))).integerNote
        == "2 of 3 tensors are of integers")
  }
}
