internal import Foundation
internal import Workload

/// Measures durable appends and reads beside their limits and peers, in turns, in one run.
@main
enum Benchmark {
  private static let usage = """
    usage: Tools/benchmark [--quick] [--json FILE] [--dir DIR] [--rounds N] [--events N,N,…]
             [--only FIGURE,…] [--no-peers]
      --quick    small sizes, some minutes with all peers
      --json     writes all figures to a file
      --dir      where to measure; a real disk, not tmpfs
      --rounds   how often each figure is measured; medians are reported
      --events   sizes of the stores that are read, smallest first
      --only     figures by their names in the JSON file, such as store.64callers,raw.64 or verify
      --no-peers leaves out UmaDB, eventsourcing and PostgreSQL
    """

  static func main() async {
    do {
      try await run()
    } catch let error as UsageError {
      Output.error("\(error)\n\(usage)")
      exit(2)
    } catch {
      Output.error("\(error)")
      exit(2)
    }
  }

  private static func run() async throws {
    var arguments = Arguments()
    if arguments.flag("--help") { return Output.line(usage) }
    let isQuick = arguments.flag("--quick")
    let json = try arguments.option("--json")
    let parent = try arguments.option("--dir") ?? "."
    let only = try arguments.option("--only")
    let rounds = try arguments.number("--rounds", default: isQuick ? 3 : 5)
    let list = try arguments.option("--events") ?? (isQuick ? "100000" : "100000,1000000")
    let python =
      arguments.flag("--no-peers")
      ? nil : ProcessInfo.processInfo.environment["CASEFILE_PEERS_PYTHON"]
    try arguments.finish()
    let sizes = list.split(separator: ",").compactMap { Int($0) }.sorted()
    guard !sizes.isEmpty, rounds > 0 else { throw UsageError("nothing to measure") }
    let scratch = try Scratch(in: parent)
    if Machine.fileSystem(of: scratch.path) == "tmpfs" {
      Output.error("\(parent) is on tmpfs: syncs cost nothing there. Give --dir a real disk.")
    }

    let loadBefore = Machine.load
    var samples = Samples()
    let scale = AppendRounds.Scale(
      singles: isQuick ? 300 : 1000, commitsOf64: isQuick ? 100 : 400,
      commitsOf1000: isQuick ? 70 : 200)
    let appends = AppendRounds(scale: scale, directory: scratch.path)
    let opens = try OpenRounds(directory: scratch.path)
    for round in 0..<rounds {
      Output.error("appends, round \(round + 1) of \(rounds)")
      try await appends.run(round: round, only: only, into: &samples)
      if Only.covers("open", only) { try opens.run(into: &samples) }
    }
    opens.close()
    var stores: [String] = []
    if only?.hasPrefix("grid") ?? true {
      let peers = try Peers(
        python: python, payloads: appends.payloads, directory: scratch.path)
      defer { peers.close() }
      let grid = GridRounds(seconds: isQuick ? 0.3 : 2, appends: appends, peers: peers)
      stores = grid.stores
      for round in 0..<rounds {
        Output.error("callers and batches, round \(round + 1) of \(rounds)")
        try await grid.run(round: round, into: &samples)
      }
    }
    if only?.hasPrefix("deadlines") ?? true {
      Output.error("deadlines")
      let deadlines = try await DeadlineRounds(directory: scratch.path)
      for _ in 0..<rounds { try deadlines.run(into: &samples) }
      deadlines.close()
    }
    for size in sizes {
      Output.error("reads of \(size) events")
      let reads = try ReadRounds(size: size, directory: scratch.path)
      for round in 0..<rounds { try reads.run(round: round, only: only, into: &samples) }
      try reads.measureFiles(into: &samples)
      reads.close()
    }

    let report = Report(
      samples: samples, sizes: sizes, stores: stores,
      machine: Machine.summary(directory: scratch.path),
      loadBefore: loadBefore, loadAfter: Machine.load,
      command: (["Tools/benchmark"] + CommandLine.arguments.dropFirst()).joined(separator: " "),
      eventSizes: appends.sizes)
    report.print()
    if let json { try Files.write(try report.json(), to: json) }
  }
}
