// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors in Tools/test only: a newer compiler's new warning must not stop an embedder.
let isStrict = Context.environment["CASEFILE_STRICT"] != nil

var settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
if isStrict { settings.append(.treatAllWarnings(as: .error)) }
let onLinux = BuildSettingCondition.when(platforms: [.linux], configuration: .release)
let viewSettings = settings + [.enableExperimentalFeature("Lifetimes")]

let package = Package(
  name: "casefile",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Casefile", targets: ["Casefile"]),
    .library(name: "CasefileTesting", targets: ["CasefileTesting"]),
    .executable(name: "casefile", targets: ["casefile-cli"]),
    .executable(name: "simulate", targets: ["simulate"]),
  ],
  dependencies: [
    // Parsing, help, completions and man pages of the command line.
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // SHA-256 by the processor's instructions; the call of swift-crypto costs as much again as the
    // hash of a short message.
    .target(name: "CSHA256"),
    // A header alone: the processor's word for memory that is needed soon.
    .systemLibrary(name: "CPrefetch"),
    // Debian's libstemmer has no pkg-config file.
    .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
    .target(
      name: "LMDB", dependencies: ["CLMDB", "CPrefetch"],
      swiftSettings: viewSettings + [.strictMemorySafety()]),
    .target(
      name: "CasefileModel",
      dependencies: ["CSHA256"],
      swiftSettings: viewSettings),
    .target(
      name: "CasefileMerkle",
      dependencies: ["CasefileModel"],
      swiftSettings: viewSettings),
    .target(
      name: "CasefileLog", dependencies: ["LMDB", "CasefileModel", "CasefileMerkle"],
      swiftSettings: viewSettings),
    // Zone data and working time know nothing of tickets: whoever needs hours alone takes this.
    .target(
      name: "CasefileCalendars", dependencies: ["CasefileModel"],
      swiftSettings: settings),
    .target(
      name: "CasefileProjections", dependencies: ["CasefileCalendars", "CasefileModel"],
      swiftSettings: settings),
    .target(name: "CasefileSearch", dependencies: ["CStemmer"], swiftSettings: settings),
    .target(
      name: "Casefile",
      dependencies: [
        "CasefileCalendars", "CasefileLog", "CasefileModel", "CasefileProjections",
        "CasefileSearch",
      ],
      swiftSettings: settings),
    .target(
      name: "CasefileTesting", dependencies: ["Casefile"],
      swiftSettings: settings),
    .target(
      name: "CasefileInterchange",
      dependencies: [
        "Casefile", "CasefileLog", "CasefileModel", "CasefileProjections", "CPrefetch", "CZlib",
      ],
      swiftSettings: settings),
    .target(
      name: "CasefileCommands",
      dependencies: [
        "Casefile", "CasefileCalendars", "CasefileInterchange", "CasefileLog", "CasefileModel",
        "CasefileProjections", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "Simulation", dependencies: ["Casefile", "CasefileModel"],
      path: "Tools/simulate/Simulation", swiftSettings: settings),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation"], path: "Tools/simulate",
      exclude: ["Simulation"],
      swiftSettings: settings + [.unsafeFlags(["-static-stdlib"], onLinux)],
      linkerSettings: [.unsafeFlags(["-static-stdlib"], onLinux)]),
    .executableTarget(
      name: "desk-service", dependencies: ["Casefile"], path: "Tools/Examples/desk-service",
      swiftSettings: settings),
    // A command that shows one ticket would spend a third of its time on loading shared libraries.
    // Unsafe flags bar a product from being depended upon; this one and the simulator are programs.
    .executableTarget(
      name: "casefile-cli", dependencies: ["CasefileCommands"], path: "Tools/casefile",
      swiftSettings: settings + [.unsafeFlags(["-static-stdlib"], onLinux)],
      linkerSettings: [.unsafeFlags(["-static-stdlib"], onLinux)]),
    .testTarget(name: "LMDBTests", dependencies: ["LMDB"], swiftSettings: settings),
    .testTarget(
      name: "CasefileModelTests",
      dependencies: ["CasefileModel", "CasefileMerkle", "CSHA256"],
      swiftSettings: settings),
    .testTarget(
      name: "CasefileMerkleTests", dependencies: ["CasefileMerkle", "CasefileModel"],
      swiftSettings: settings),
    .testTarget(
      name: "CasefileCalendarsTests", dependencies: ["CasefileCalendars", "CasefileModel"],
      swiftSettings: settings),
    .testTarget(
      name: "CasefileLogTests",
      dependencies: [
        "Casefile", "CasefileLog", "CasefileMerkle", "CasefileModel", "CasefileTesting", "LMDB",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CasefileTests",
      dependencies: [
        "Casefile", "CasefileLog", "CasefileModel", "CasefileProjections", "CasefileSearch",
        "CasefileTesting",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CasefileProjectionsTests",
      dependencies: [
        "CasefileCalendars", "CasefileProjections", "CasefileModel", "CasefileMerkle",
        "CasefileLog",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CasefileInterchangeTests",
      dependencies: ["CasefileInterchange", "Casefile", "CasefileLog", "CasefileModel"],
      swiftSettings: settings),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Simulation", "Casefile", "CasefileInterchange", "CasefileModel", "CasefileProjections",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CasefileCommandsTests",
      dependencies: [
        "CasefileCommands", "Casefile", "CasefileInterchange", "CasefileLog", "CasefileModel",
        "CasefileProjections", "Simulation",
      ],
      swiftSettings: settings),
  ]
)
