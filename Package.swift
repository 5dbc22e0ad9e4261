// swift-tools-version:6.1
import PackageDescription

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: settings)
}

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "slotscope",
  products: [
    .executable(name: "slotscope", targets: ["slotscope"]),
    .library(name: "SlotStore", targets: ["SlotStore", "ModelContext", "Tensors"]),
    .library(name: "Statistics", targets: ["Statistics"]),
    .library(name: "Interchange", targets: ["Interchange"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    // What every part speaks of, and the formats.
    .target(name: "CKernels"),
    library("StrictJSON"),
    library("Tensors", ["CKernels"]),
    library("Npy", ["Tensors"]),
    library("Statistics", ["Tensors", "CKernels"]),
    library("ModelContext", ["Tensors", "StrictJSON", "CKernels"]),

    // Keeping contexts, and bringing them in and out.
    .target(name: "CStore", linkerSettings: [.linkedLibrary("sqlite3"), .linkedLibrary("xxhash")]),
    library("SlotStore", ["ModelContext", "Npy", "StrictJSON", "CStore", grdb, crypto]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    library("Interchange", ["ModelContext", "Npy", "StrictJSON", "CZlib"]),
    library("Builds", ["SlotStore", "Interchange"]),
    library("Inspection", ["SlotStore", "Statistics"]),

    // The screen.
    library("Canvas"),
    .target(name: "CToml"),
    library("Configuration", ["Canvas", "CToml"]),
    library("FileLog", ["Canvas", logging]),
    library("Browser", ["Canvas", "Configuration", "Builds", "Inspection", "CStore", logging]),
    .systemLibrary(name: "CNcurses"),
    library("Curses", ["Canvas", "CNcurses"]),

    .executableTarget(
      name: "slotscope",
      dependencies: ["Browser", "Curses", "FileLog", argumentParser],
      swiftSettings: settings),
    .executableTarget(
      name: "slotscope-bench",
      dependencies: ["Inspection", "SlotStore", "Statistics", argumentParser],
      swiftSettings: settings),
    .executableTarget(
      name: "slotscope-torture",
      dependencies: ["SlotStore", argumentParser],
      swiftSettings: settings),

    tests("StrictJSON", ["StrictJSON"]),
    tests("Tensors", ["Tensors"]),
    tests("Npy", ["Npy"]),
    tests("Statistics", ["Statistics"]),
    tests("ModelContext", ["ModelContext"]),
    tests("SlotStore", ["SlotStore", grdb]),
    tests("Interchange", ["Interchange", "CZlib"]),
    tests("Builds", ["Builds"]),
    tests("Inspection", ["Inspection"]),
    tests("Canvas", ["Canvas"]),
    tests("Curses", ["Curses"]),
    tests("Configuration", ["Configuration"]),
    tests("FileLog", ["FileLog"]),
    tests("Browser", ["Browser"]),
    // Also built by scripts/fuzz, with Driver.swift.
    .testTarget(
      name: "FuzzingTests", dependencies: ["Interchange", "Inspection", "Configuration"],
      path: "Tests/Fuzzing",
      exclude: ["Driver.swift", "Dictionaries", "Inputs"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
