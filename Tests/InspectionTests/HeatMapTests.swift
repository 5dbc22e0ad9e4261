import Foundation
import ModelContext
import SlotStore
import Tensors
import Testing

@testable import Inspection

@Suite("Heat maps")
struct HeatMapTests {
  @Test("every dtype is shown as its values are", arguments: DType.allCases)
  func dtypes(dtype: DType) throws {
    let data = try SliceData(dtype, [6, 512])
    let request = HeatMapRequest(try TensorSlice(shape: [6, 512]), height: 4, width: 7)
    let map = try #require(data.maps(request).last)
    #expect(agree(map.cells, data.expected(request)))
    #expect(!map.isSampled)
  }

  @Test(
    "every shape, in every arrangement and at every slice",
    arguments: [
      [], [1], [31], [33], [257], [1, 1], [1, 97], [97, 1], [13, 17], [2, 3, 5, 7, 11], [4, 1, 1, 9],
      [3, 3, 3],
    ])
  func shapes(shape: [Int]) throws {
    let data = try SliceData(.float32, shape)
    var slice = try TensorSlice(shape: shape)
    for _ in 0..<4 {
      for number in stride(from: 0, to: slice.sliceCount, by: max(1, slice.sliceCount / 3)) {
        let request = HeatMapRequest(slice.slice(number: number), height: 5, width: 4)
        let maps = try data.maps(request)
        #expect(maps.count == 1)
        #expect(agree(maps[0].cells, data.expected(request)), "\(slice.text())")
      }
      slice = slice.rearranged
    }
  }

  @Test("blocks that begin in the middle of a row", arguments: [DType.float4E2M1FN, .float6E2M3FN, .q80])
  func oddBlocks(dtype: DType) throws {
    let data = try SliceData(dtype, [32, 3, 5])
    var slice = try TensorSlice(shape: [32, 3, 5])
    for _ in 0..<4 {
      let request = HeatMapRequest(
        slice, rows: 1..<9, columns: 1..<Int.max, rowsPerCell: 3, columnsPerCell: 2)
      #expect(agree(try data.maps(request)[0].cells, data.expected(request)))
      slice = slice.rearranged
    }
  }

  @Test("a window is cut to what there is, and its last cells are smaller")
  func windows() throws {
    let data = try SliceData(.int16, [23, 41])
    let slice = try TensorSlice(shape: [23, 41])
    let request = HeatMapRequest(
      slice, rows: 5..<Int.max, columns: -10..<38, rowsPerCell: 4, columnsPerCell: 5)
    #expect((request.rows, request.columns) == (5..<23, 0..<38))
    #expect((request.height, request.width) == (5, 8))
    #expect(agree(try data.maps(request)[0].cells, data.expected(request)))
    let beyond = HeatMapRequest(slice, rows: 50..<60, columns: 0..<41, rowsPerCell: 1, columnsPerCell: 1)
    #expect(try data.maps(beyond)[0].cells.isEmpty)
    let absurd = HeatMapRequest(slice, rows: 0..<23, columns: 0..<41, rowsPerCell: -1, columnsPerCell: 0)
    #expect((absurd.height, absurd.width) == (23, 41))
  }

  @Test("a cell says which of its values are not finite, and its mean is of the others")
  func marks() throws {
    let data = try SliceData([1, .nan, 3, 5, .infinity, 7, -.infinity, .infinity, .nan, .nan], [2, 5])
    let request = HeatMapRequest(
      try TensorSlice(shape: [2, 5]), rows: 0..<2, columns: 0..<5, rowsPerCell: 1, columnsPerCell: 2)
    let map = try data.maps(request)[0]
    #expect(
      map.cells.map(\.marks) == [
        .nan, [], .positiveInfinity, .negativeInfinity, [.positiveInfinity, .nan], .nan,
      ])
    #expect(map[0, 0].mean == 1 && map[0, 1].mean == 4 && map[1, 0].mean == 7)
    #expect(map[0, 2].mean.isNaN && map[1, 1].mean.isNaN)
  }

  @Test("the mean of the largest doubles is finite")
  func huge() throws {
    let values = ByteRegion([Double](repeating: .greatestFiniteMagnitude, count: 8))
    let info = try TensorInfo(name: "", dtype: .float64, shape: [8, 1])
    let request = HeatMapRequest(try TensorSlice(shape: [8, 1]), height: 1, width: 1)
    var map: HeatMap?
    try Inspector.heatMap(request, ElementReader(info, in: values, at: 0), nil) { made, _ in map = made }
    #expect(map?.cells == [HeatMap.Cell(mean: .greatestFiniteMagnitude, largest: .greatestFiniteMagnitude)])
  }

  // MARK: Samples

  @Test("many values are sampled first, then all of them are looked at")
  func sample() throws {
    let data = try SliceData((0..<60_000).map { Float($0 / 300) }, [200, 300])
    let request = HeatMapRequest(try TensorSlice(shape: [200, 300]), height: 10, width: 12)
    let maps = try data.maps(request, blink: 20_000)
    #expect(maps.map(\.isSampled) == [true, false])
    #expect(agree(maps[1].cells, data.expected(request)))
    for (cell, wanted) in zip(maps[0].cells, maps[1].cells) {
      // Rows grow by 1, and a cell has 20: a sample of six, each from its own stretch, can't be far off.
      #expect(abs(cell.mean - wanted.mean) < 3 && cell.largest <= wanted.largest)
    }
    #expect(try data.maps(request, blink: 20_000)[0] == maps[0], "a sample is the same each time")
    #expect(try data.maps(request, blink: 20_000, patience: 50_000).map(\.isSampled) == [true])
  }

  @Test(
    "a sample never shows what is not there, whatever the shape",
    arguments: [
      [1, 5000], [5000, 1], [5000], [7, 11, 90], [90, 7, 11], [300, 2], [2, 3000], [3, 5, 7, 11, 13],
    ])
  func samples(shape: [Int]) throws {
    let data = try SliceData(.int8, shape)
    var slice = try TensorSlice(shape: shape)
    for _ in 0..<4 {
      for blink in [1, 50, 700] {
        let request = HeatMapRequest(slice, height: 4, width: 6)
        let map = try data.maps(request, blink: blink)[0]
        for (cell, values) in zip(map.cells, data.cells(request)) {
          #expect(cell.marks == (values.isEmpty ? .nothing : []))
          guard let least = values.min(), let greatest = values.max() else { continue }
          #expect(least <= cell.mean && cell.mean <= greatest)
          #expect(values.contains(cell.largest) || values.contains(-cell.largest))
        }
      }
      slice = slice.rearranged
    }
  }

  @Test("what a first picture reads of a huge matrix is bounded, and comes from every cell")
  func bounded() throws {
    for shape in [
      [50_000, 4096], [1 << 20, 1 << 20], [4, 1 << 40], [1 << 40, 4], [1 << 44], [64, 1 << 20, 9, 9],
    ] {
      let info = try TensorInfo(name: "", dtype: .float32, shape: shape)
      var slice = try TensorSlice(shape: shape)
      for _ in 0..<4 {
        let source = CountingSource(byteCount: info.byteCount)
        let request = HeatMapRequest(slice, height: 50, width: 52)
        var maps: [HeatMap] = []
        try Inspector.heatMap(
          request, ElementReader(info, in: source, at: 0), nil, blink: 1 << 18, patience: 0
        ) { map, _ in maps.append(map) }
        #expect(maps.count == 1 && maps[0].isSampled == (slice.text() != "[0, 0, :, :]"))
        #expect(maps[0].cells.allSatisfy { $0.mean == 0.5 && $0.marks.isEmpty })
        #expect(source.bytesRead <= 4 << 20, "\(shape) \(slice.text())")
        #expect(source.reads <= 8192, "\(shape) \(slice.text())")
        #expect(source.largestRead <= 1 << 20)
        slice = slice.rearranged
      }
    }
  }

  @Test("work that nobody wants any more stops")
  func cancelled() throws {
    let info = try TensorInfo(name: "", dtype: .float32, shape: [1 << 16, 1 << 12])
    let source = CountingSource(byteCount: info.byteCount)
    let request = HeatMapRequest(try TensorSlice(shape: info.shape), height: 20, width: 20)
    let progress = WorkProgress()
    #expect(throws: CancellationError.self) {
      try Inspector.heatMap(request, ElementReader(info, in: source, at: 0), progress) { map, isFinal in
        #expect(map.isSampled && !isFinal)
        progress.cancel()
      }
    }
    #expect(source.bytesRead < info.byteCount / 8)
  }

  // MARK: From a store

  @Test("a tensor of a slot, of a kept revision too; one that is gone is an error")
  func stored() throws {
    let directory = NSTemporaryDirectory() + "slotscope-heatmap-" + UUID().uuidString
    let store = try PersistentStore(at: directory, options: StoreOptions(access: .create))
    defer { try? FileManager.default.removeItem(atPath: directory) }
    func save(_ values: [Float]) throws {
      let layout = try WeightLayout([
        TensorInfo(name: "a", dtype: .float32, shape: [3]),
        TensorInfo(name: "b", dtype: .float32, shape: [2, 2]),
      ])
      try store.saveContext(Context(weights: Weights(layout: layout, bytes: ByteRegion(values))), in: 4)
    }
    try save([0, 0, 0, 1, 2, 3, 4])
    try save([0, 0, 0, 5, 6, 7, 8])
    let inspector = Inspector(store: store)
    let slice = try TensorSlice(shape: [2, 2])
    func means(_ revision: Int?) throws -> [Double] {
      var found: [Double] = []
      try inspector.heatMap(of: 4, revision: revision, tensor: 1, HeatMapRequest(slice, height: 2, width: 2))
      {
        map, isFinal in
        #expect(isFinal)
        found = map.cells.map(\.mean)
      }
      return found
    }
    #expect(try means(nil) == [5, 6, 7, 8])
    #expect(try means(1) == [1, 2, 3, 4])
    let values = try inspector.values(of: 4, tensor: 1, ValuesRequest(slice, rows: 0..<9, columns: 1..<2))
    #expect(values.values == [[.real(6)], [.real(8)]])
    #expect(throws: InspectionError.changedTensors(slot: 4)) {
      try inspector.values(of: 4, tensor: 0, ValuesRequest(slice, rows: 0..<1, columns: 0..<1))
    }
    #expect(throws: InspectionError.changedTensors(slot: 4)) {
      try inspector.heatMap(of: 4, tensor: 2, HeatMapRequest(slice, height: 1, width: 1)) { _, _ in }
    }
    #expect {
      try inspector.heatMap(of: 5, tensor: 1, HeatMapRequest(slice, height: 1, width: 1)) { _, _ in }
    } throws: {
      if case .noSlot(5) = $0 as? StoreError { true } else { false }
    }
  }
}
