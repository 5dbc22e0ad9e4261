import Inspection
import Testing

struct FormatTests {
  @Test(
    "counts are exact while they are short",
    arguments: [
      (0, "0"), (999, "999"), (1150, "1,150"), (9999, "9,999"), (25_557_032, "25.6M"),
      (124_439_808, "124.4M"),
      (1_100_048_384, "1.10B"), (999_960, "1.0M"),
    ])
  func counts(count: Int, text: String) {
    #expect(Format.count(count) == text)
  }

  @Test(
    "groups of three digits",
    arguments: [(7, "7"), (1000, "1,000"), (124_439_808, "124,439,808"), (-1234, "-1,234")])
  func groups(count: Int, text: String) {
    #expect(Format.grouped(count) == text)
  }

  @Test("ages and durations are in the unit that fits")
  func times() {
    #expect(Format.age(0.2) == "now")
    #expect(Format.age(59) == "59 s")
    #expect(Format.age(3700) == "1 h")
    #expect(Format.age(3 * 86400) == "3 d")
    #expect(Format.age(-5) == "now")
    #expect(Format.duration(0.004) == "4 ms")
    #expect(Format.duration(2.1) == "2.1 s")
    #expect(Format.duration(200) == "3 m 20 s")
  }

  @Test(
    "numbers have four significant digits",
    arguments: [
      (0.0, "0"), (0.02, "0.02"), (-1.2e-6, "-1.2e-06"), (0.123456, "0.1235"), (1e300, "1e+300"),
    ])
  func numbers(value: Double, text: String) {
    #expect(Format.number(value) == text)
  }
}
