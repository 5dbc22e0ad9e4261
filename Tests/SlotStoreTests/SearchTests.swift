import Foundation
import ModelContext
import Testing

@testable import SlotStore

@Suite("The language of searches")
struct SearchTests {
  @Test(
    "what is no search says so in a line that names the term and a way to write it",
    arguments: [
      ("size:", "size: a number such as 1G, >500M or 1M..2G"),
      ("size:>", "size: a number such as 1G, >500M or 1M..2G"),
      ("size:big", "size: a number such as 1G, >500M or 1M..2G"),
      ("size:1G..x", "size: a number such as 1G, >500M or 1M..2G"),
      ("size:..", "size: a number such as 1G, >500M or 1M..2G"),
      ("size:2G..1M", "size: 2G..1M ends before it begins"),
      ("params:1Q", "params: a number such as 7B, >500M or 1M..2M"),
      ("id:7K", "id: a slot number such as 7, >100 or 20..30"),
      ("updated:2", "updated: an age such as <2h, >3d or 1d..2w (s, m, h, d, w)"),
      ("updated:<2y", "updated: an age such as <2h, >3d or 1d..2w (s, m, h, d, w)"),
      ("created:2d..1h", "created: 2d..1h ends before it begins"),
      ("is:fine", "is: verified, written, unverified, mismatch, missing, unreadable or damaged"),
      ("nan:maybe", "nan: yes, no or unknown"),
      ("type:", "type: a model type, or a part of it"),
      ("name:", "name: a name, or letters of it in order"),
      ("dtype:", "dtype: a dtype such as float32, or a part of it"),
      ("path:", "path: a value of the metadata, or a part of it"),
    ])
  func problems(text: String, problem: String) {
    #expect(throws: SearchProblem.self) { try SlotSearch(text) }
    do { _ = try SlotSearch("gpt \(text)") } catch { #expect(error.description == problem) }
  }

  @Test("a term that lacks its value is left out while one types; a wrong one leaves the search as it was")
  func drafts() {
    let cases: [(String, usable: String?, hasProblem: Bool)] = [
      ("gpt", "gpt", false), ("gpt size:", "gpt", true), ("gpt size:>", "gpt", true),
      ("gpt size:>1", "gpt size:>1", false), ("gpt size:>1x", nil, true), ("size: gpt", "gpt", true),
      ("is:", "", true), ("is:v", "is:v", false), ("is:vx", nil, true), ("\"two w", "\"two w", false),
      ("-", "-", false), ("  ", "", false),
    ]
    for (text, usable, hasProblem) in cases {
      let draft = SearchDraft(text)
      #expect(draft.usable?.text == usable, "\(text)")
      #expect((draft.problem != nil) == hasProblem, "\(text)")
    }
  }

  @Test("every example of the help is a search")
  func examples() throws {
    for (term, _) in SearchField.examples { #expect(try !SlotSearch(term).isEmpty, "\(term)") }
  }

  @Test(
    "letters in order, close together",
    arguments: [
      ("rn50", "resnet50", true), ("gpt2", "gpt2-medium", true), ("mlm", "MiniLM-L6-v2", true),
      ("MLM", "MiniLM-L6-v2", true), ("Mlm", "MiniLM-L6-v2", false), ("tl", "tinyllama-1.1b", true),
      ("rt", "resnet50-finetuned", true), ("cnn", "connection-to-nowhere", true),
      ("xyz", "x marks the spot, y does not, z neither", false), ("50tensor", "resnet50", false),
      ("straße", "Hauptstraße", true), ("STRASSE", "straße", false), ("né", "ne\u{301}", true),
      ("日本", "日。本語", true),
    ])
  func fuzzy(word: String, name: String, isFound: Bool) {
    var name = name
    let word = SearchWord(word)
    #expect(name.withUTF8 { word.isFuzzy(in: $0) } == isFound)
    #expect(word.places(in: name).isEmpty != isFound)
  }

  @Test("the places of a word are where its letters stand closest together")
  func places() {
    #expect(SearchWord("gpt").places(in: "g-p-t gpt2") == [6, 7, 8])
    #expect(SearchWord("rn50").places(in: "resnet50") == [0, 3, 6, 7])
    #expect(SearchWord("né").places(in: "Xne\u{301}") == [1, 2])
    #expect(SearchWord("q").places(in: "resnet50").isEmpty)
  }

  @Test("numbers are what is printed, and ends of ranges belong to them")
  func numbers() throws {
    func range(_ text: String) throws -> NumberRange {
      try NumberRange(text, of: .size, units: NumberRange.sizes)
    }
    let cases: [(String, in: [Int], out: [Int])] = [
      ("497.8M", [497_750_000, 497_849_999], [497_749_999, 497_850_000]), ("9200", [9200], [9199, 9201]),
      (">1K", [1001], [1000]), (">=1K", [1000], [999]), ("<1kb", [999], [1000]), ("<=1K", [1000], [1001]),
      ("1M..2M", [1_000_000, 2_000_000], [999_999, 2_000_001]), ("..5", [0, 5], [6]),
      ("5..", [5, Int.max], [4]), ("=7", [7], [6, 8]), ("<0", [], [0]), (">9999P", [], [Int.max / 2]),
    ]
    for (text, inside, outside) in cases {
      for number in inside { #expect(try range(text).contains(number), "\(text) \(number)") }
      for number in outside { #expect(try !range(text).contains(number), "\(text) \(number)") }
    }
    #expect(try NumberRange("7B", of: .parameters, units: NumberRange.counts).contains(7_100_000_000))
  }

  @Test("metadata is looked through as it stands, and parsed where it is not plain")
  func metadata() {
    func answer(_ text: String, _ word: String, key: String? = nil, isWhole: Bool = true)
      -> MetadataText.Answer
    {
      var text = text
      return text.withUTF8 { bytes in
        let metadata = MetadataText(bytes: bytes, isWhole: isWhole)
        let word = SearchWord(word)
        return key.map { metadata.hasValue(word, under: SearchWord($0)) } ?? metadata.hasValue(word)
      }
    }
    let plain = #"{"model_path": "/data/Foo.gguf", "note": "x"}"#
    #expect(answer(plain, "foo") == .yes)
    #expect(answer(plain, "model") == .no, "a key is no value")
    #expect(answer(plain, "foo", key: "Model_path".lowercased()) == .yes)
    #expect(answer(plain, "foo", key: "path") == .no)
    #expect(answer(plain, "foo", key: "note") == .no)
    #expect(answer(#"{"a": "Stra\u00dfe \"x\""}"#, "straße") == .yes)
    #expect(answer(#"{"a": "Stra\u00dfe \"x\""}"#, "\"x") == .yes)
    #expect(answer(#"{"a": 17, "b": [1, {"c": "deep"}], "d": NaN}"#, "17") == .yes)
    #expect(answer(#"{"a": 17, "b": [1, {"c": "deep"}]}"#, "deep", key: "b") == .yes)
    #expect(answer("no json at all", "json") == .yes)
    #expect(answer("", "x") == .no)
    for count in 0..<plain.count {
      let cut = answer(String(plain.prefix(count)), "foo", isWhole: false)
      #expect(cut == (count >= plain.firstIndex(of: ",")!.utf16Offset(in: plain) ? .yes : .undecided))
      #expect(answer(String(plain.prefix(count)), "zz", isWhole: false) == .undecided)
    }
  }

  @Test("NaN is known from the statistics that were kept")
  func nan() {
    func knowledge(_ summary: String?, dtype: String = "float32", isPlain: Bool = true) -> NaNKnowledge {
      NaNKnowledge(summary: summary, checksum: "c", dtype: dtype, isPlain: isPlain)
    }
    // Offset 0, 300 elements, 2 NaN; then the same without.
    let some = Data([0, 0xAC, 2, 2, 0, 0, 5]).base64EncodedString()
    let none = Data([0, 0xAC, 2, 0, 0, 0, 5]).base64EncodedString()
    func summary(_ records: String..., checksum: String = "c") -> String {
      #"{"checksum": "\#(checksum)", "tensors": [\#(records.joined(separator: ", "))]}"#
    }
    #expect(knowledge(nil) == .unknown)
    #expect(knowledge(nil, dtype: "int8") == .no)
    #expect(knowledge(nil, dtype: "uint8", isPlain: false) == .unknown)
    #expect(knowledge(summary("\"float32 \(some)\"", "null")) == .yes)
    #expect(knowledge(summary("\"float32 \(none)\"")) == .no)
    #expect(knowledge(summary("\"float32 \(none)\"", "null")) == .unknown)
    #expect(knowledge(summary("\"float32 \(some)\"", checksum: "other")) == .unknown)
    #expect(knowledge("nonsense") == .unknown)
  }
}

@Suite("Searching a store")
struct SearchingTests {
  private static let names = [
    "gpt2", "resnet50", "MiniLM-L6-v2", "tinyllama-1.1b", "vgg 16", "été", "reference",
  ]

  private func filled() throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    for slot in 0..<42 {
      let values = [Double](repeating: 1, count: 1 + slot * 7 % 11)
      try temporary.store.saveContext(
        Context(
          weights: slot % 5 == 0 ? Weights(values.map { Float($0) }) : Weights(values),
          metadata: [
            "model_type": slot % 3 == 0 ? "CNN" : "LLM", "name": Self.names[slot % 7],
            "model_path": "/data/run-\(slot % 4)/weights.gguf",
            "long": slot % 2 == 0 ? String(repeating: "filler ", count: 60) + "tail\(slot % 6)" : "",
          ]), in: slot)
    }
    return temporary
  }

  /// What the documentation says, written down as plainly as can be.
  private func matches(_ text: String, _ slot: SlotDetails) -> Bool {
    let summary = slot.summary
    func isFuzzy(_ word: String, _ text: String) -> Bool {
      let sensitive = word != word.lowercased()
      let letters = Array(sensitive ? text : text.lowercased())
      let wanted = Array(sensitive ? word : word.lowercased())
      return letters.indices.contains { start in
        var rest = wanted[...]
        for letter in letters[start...].prefix(wanted.count * 3) where letter == rest.first {
          rest.removeFirst()
        }
        return rest.isEmpty
      }
    }
    func contains(_ word: String, _ text: String) -> Bool {
      (word != word.lowercased() ? text : text.lowercased()).contains(word)
    }
    return text.split(separator: " ").allSatisfy { term in
      let isNegated = term.first == "-"
      let term = isNegated ? String(term.dropFirst()) : String(term)
      let parts = term.split(separator: ":", maxSplits: 1).map(String.init)
      let isMatch =
        switch parts.count == 1 ? "" : parts[0] {
        case "":
          isFuzzy(term, summary.name) || isFuzzy(term, summary.modelType)
            || (term.allSatisfy(\.isNumber) && String(summary.slotID).contains(term))
            || slot.metadata.values.contains { contains(term, $0) }
        case "type": contains(parts[1], summary.modelType)
        case "name": isFuzzy(parts[1], summary.name)
        case "dtype": contains(parts[1], summary.dtype)
        default: contains(parts[1], slot.metadata[parts[0]] ?? "")
        }
      return isMatch != isNegated
    }
  }

  @Test("a list has what a plain reading of the rules has, in every order")
  func reference() throws {
    let store = try filled().store
    let all = try store.slotIDs().compactMap { try store.details(of: $0) }
    for text in [
      "gpt", "rn50", "mlm", "MLM", "run-3", "RUN", "1", "41", "cnn", "LLM", "type:cnn", "-type:cnn gpt",
      "tail4",
      "-tail4", "name:ref", "dtype:32", "-dtype:32 run-1", "été", "e", "model_path:run-2", "long:tail2 cnn",
      "gpt llm run", "nothing-like-this", "filler",
    ] {
      let expected = all.filter { matches(text, $0) }.map(\.summary.slotID)
      for order in SlotOrder.allCases {
        let whole = try store.listSlots(order: order).map(\.slotID)
        let found = try store.listSlots(search: text, order: order).map(\.slotID)
        #expect(found == whole.filter(expected.contains), "\(text) by \(order)")
      }
      #expect(try store.countSlots(search: text) == expected.count, "\(text)")
      let cnn = try store.listSlots(modelType: "CNN", search: text, order: .id).map(\.slotID)
      #expect(cnn == expected.filter { $0 % 3 == 0 })
    }
  }

  @Test("rows that a quick look passes over match nothing, whoever wrote them and however they are escaped")
  func quickLook() throws {
    let temporary = try filled()
    for (slot, note) in ["say \"hi\"", "C:\\models\\Gpt", "tab\there", "Straße", ""].enumerated() {
      try temporary.store.saveContext(
        Context(weights: Weights([1.0]), metadata: ["name": "esc\"\(note)", "note": note]), in: 42 + slot)
    }
    // As rows of other programs are.
    for change in [
      "name = NULL WHERE slot_id % 4 = 1", "model_type = NULL WHERE slot_id % 10 = 3",
      #"name = NULL, metadata_json = '{"name": "\u0041lpha", "note": "\u0042eta"}' WHERE slot_id = 46"#,
    ] {
      try ForeignProgram.run("UPDATE contexts SET \(change)", in: temporary.directory)
    }
    let store = temporary.store
    let all = try store.slotIDs().compactMap { try store.details(of: $0) }
    // Parts of what stands there, some without every other letter, some in small letters.
    let texts = Set(all.flatMap { [$0.summary.name, $0.summary.modelType] + $0.metadata.values })
    var parts: [String] = []
    for text in texts.sorted() {
      let letters = text.filter { $0.isLetter || $0.isNumber || $0 == "\\" }.suffix(24)
      for (start, length) in letters.indices.flatMap({ start in [1, 4, 7, 12].map { (start, $0) } }) {
        let part = letters[start...].prefix(length)
        parts += [
          String(part), part.lowercased(),
          String(part.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)),
        ]
      }
    }
    let words = ["alpha", "beta", "Alp"] + parts.enumerated().filter { $0.offset % 11 == 0 }.map(\.element)
    for text in words.flatMap({ [$0, "name:" + $0] }) {
      let expected = all.filter { matches(text, $0) }.map(\.summary.slotID)
      #expect(try store.listSlots(search: text, order: .id).map(\.slotID) == expected, "\(text)")
    }
  }

  @Test(
    "a word is found wherever it stands in long metadata",
    arguments: [("note", "Whisper"), ("name", "wXhXiXsXpXeXr")])
  func longMetadata(_ key: String, _ written: String) throws {
    let temporary = try filled()
    // Around what the index has of metadata, and around what is looked at at once.
    let places = Array(180..<260) + Array(940..<1040) + Array(1850..<1950) + [70_000]
    for (number, place) in places.enumerated() {
      let note =
        String(repeating: ".", count: place) + written + String(repeating: ".", count: number % 3 * 500)
      try ForeignProgram.run(
        """
        INSERT INTO contexts(slot_id, model_type, metadata_json)
          VALUES (\(100 + number), 'LLM', '{"\(key)": "\(note)"}')
        """,
        in: temporary.directory)
    }
    let slots = Array(100..<100 + places.count)
    #expect(try temporary.store.listSlots(search: "whisper", order: .id).map(\.slotID) == slots)
    #expect(try temporary.store.listSlots(search: "whispered").isEmpty)
    let ofCase = try temporary.store.listSlots(search: "Whisper", order: .id).map(\.slotID)
    #expect(ofCase == (written.hasPrefix("W") ? slots : []))
  }

  @Test("pages of a search are parts of its list")
  func pages() throws {
    let store = try filled().store
    let whole = try store.listSlots(search: "run", order: .size)
    #expect(whole.count == 42)
    #expect(try store.listSlots(search: "run", order: .size, limit: 5, offset: 7) == Array(whole[7..<12]))
    let after = SlotCursor(whole[20], order: .size)
    #expect(try store.listSlots(search: "run", order: .size, limit: 4, after: after) == Array(whole[21..<25]))
  }

  @Test("numbers, ages and states")
  func terms() throws {
    let temporary = try filled()
    let store = temporary.store
    func ids(_ text: String) throws -> [Int] { try store.listSlots(search: text, order: .id).map(\.slotID) }
    #expect(try ids("id:7") == [7])
    #expect(try ids("id:>=40") == [40, 41])
    #expect(try ids("-id:2..41") == [0, 1])
    let all = try store.listSlots(order: .id)
    #expect(try ids("size:>80") == all.filter { $0.sizeBytes > 80 }.map(\.slotID))
    #expect(try ids("params:3..5") == all.filter { (3...5).contains($0.parameters ?? 0) }.map(\.slotID))
    #expect(try ids("updated:<1h").count == 42)
    #expect(try ids("updated:>1h").isEmpty)
    #expect(try ids("created:<1h").count == 42)
    #expect(try ids("-created:<1h").isEmpty)
    #expect(try store.verify(3).ok)
    try temporary.damage(5) { $0.removeLast() }
    #expect(try ids("is:verified") == [3])
    #expect(try ids("is:mismatch") == [5])
    #expect(try ids("is:damaged") == [5])
    #expect(try ids("-is:written") == [3, 5])
    #expect(try ids("is:v type:llm").isEmpty)
    #expect(try ids("nan:unknown").count == 42)
    #expect(try ids("nan:yes").isEmpty)
  }

  @Test("what is typed badly is refused, and names the way out")
  func refused() throws {
    let store = try TemporaryStore().store
    #expect(throws: SearchProblem.badNumber(.size, "lots")) { try store.listSlots(search: "size:lots") }
  }
}
