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
let viewSettings = settings + [.enableExperimentalFeature("Lifetimes")]

let package = Package(
  name: "casefile",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Casefile", targets: ["Casefile"])
  ],
  dependencies: [
    // SHA-256 and HMAC; a self-made hash would have to be proven first.
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    // Parsing, help, completions and man pages of the command line.
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "LMDB", dependencies: ["CLMDB"],
      swiftSettings: viewSettings + [.strictMemorySafety()]),
    .target(
      name: "CasefileModel",
      dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: viewSettings),
    .target(
      name: "CasefileMerkle",
      dependencies: ["CasefileModel", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: viewSettings),
    .target(
      name: "CasefileLog", dependencies: ["LMDB", "CasefileModel", "CasefileMerkle"],
      swiftSettings: viewSettings),
    .target(
      name: "Casefile",
      dependencies: ["CasefileLog", "CasefileModel"],
      swiftSettings: settings),
    .testTarget(name: "LMDBTests", dependencies: ["LMDB"], swiftSettings: settings),
    .testTarget(
      name: "CasefileModelTests", dependencies: ["CasefileModel"], swiftSettings: settings),
    .testTarget(
      name: "CasefileMerkleTests", dependencies: ["CasefileMerkle", "CasefileModel"],
      swiftSettings: settings),
    .testTarget(
      name: "CasefileLogTests",
      dependencies: ["Casefile", "CasefileLog", "CasefileMerkle", "CasefileModel", "LMDB"],
      swiftSettings: settings),
  ]
)
