// swift-tools-version: 6.2
import PackageDescription

// The store's own package; another checkout can be measured instead.
let storePackage = Context.environment["CASEFILE_PACKAGE"] ?? "\(Context.packageDirectory)/../.."

// SwiftPM names the package of a local dependency after its directory. With the same name these
// tools may use `package` declarations: encoding beforehand is not part of the public API. SwiftPM
// would give them a name of their own after ours, so it is told to give none (packageAccess).
let storeDirectory = storePackage.split(separator: "/").reduce(into: [Substring]()) { path, part in
  if part == ".." { path.removeLast() } else { path.append(part) }
}
let packageName = String(
  (storeDirectory.last ?? "casefile").lowercased().map {
    $0.isLetter || $0.isNumber ? $0 : "_"
  })

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .unsafeFlags(["-package-name", packageName]),
]
let store: Target.Dependency = .product(name: "Casefile", package: "casefile")

let package = Package(
  name: "casefile-benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "casefile", path: storePackage)],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "Workload", dependencies: [store], packageAccess: false, swiftSettings: settings),
    .executableTarget(
      name: "benchmark", dependencies: ["Workload", "CSQLite", store], packageAccess: false,
      swiftSettings: settings),
    .executableTarget(
      name: "count-commit", dependencies: ["Workload", store], packageAccess: false,
      swiftSettings: settings),
    .executableTarget(
      name: "torture", dependencies: ["Workload", store], packageAccess: false,
      swiftSettings: settings),
  ]
)
