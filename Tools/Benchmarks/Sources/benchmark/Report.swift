internal import Foundation
internal import Workload

/// What is printed, and what the JSON file holds.
struct Report {
  var samples: Samples
  let sizes: [Int]
  /// The stores of the grid of callers and batches.
  let stores: [String]
  let machine: String
  let loadBefore: String
  let loadAfter: String
  let command: String
  let eventSizes: (envelope: Double, content: Double)

  private var figures: [Figure] {
    var figures = [
      Figure(name: "file.p50", label: "file append + fdatasync, p50", unit: "µs"),
      Figure(name: "raw.1.p50", label: "raw LMDB, 1 a commit, p50", unit: "µs"),
      Figure(name: "raw.64", label: "raw LMDB, 64 a commit", unit: "events/s"),
      Figure(name: "raw.1000", label: "raw LMDB, 1,000 a commit", unit: "events/s"),
      Figure(name: "sqlite.1.p50", label: "SQLite, 1 a commit, p50", unit: "µs"),
      Figure(name: "sqlite.64", label: "SQLite, 64 a commit", unit: "events/s"),
      Figure(name: "sqlite.1000", label: "SQLite, 1,000 a commit", unit: "events/s"),
      Figure(
        name: "store.1000.encoded", label: "Casefile, 1,000 a batch, encoded before",
        unit: "events/s"),
      Figure(name: "store.1000", label: "Casefile, 1,000 a batch", unit: "events/s"),
      Figure(
        name: "store.1000.two", label: "Casefile, 1,000 a batch, 2 callers", unit: "events/s"),
      Figure(
        name: "store.64callers", label: "Casefile, 64 callers, one event each", unit: "events/s"),
      Figure(name: "store.1.p50", label: "Casefile, one caller, p50", unit: "µs"),
      Figure(name: "store.1.p99", label: "Casefile, one caller, p99", unit: "µs"),
      Figure(name: "open", label: "open with a tail of 65,535", unit: "ms"),
      Figure(name: "deadlines", label: "deadlines judged, 15 events a ticket", unit: "tickets/s"),
      Figure(name: "deadlines.explain.p50", label: "one ticket explained, p50", unit: "ms"),
      Figure(name: "deadlines.explain.p99", label: "one ticket explained, p99", unit: "ms"),
    ]
    for size in sizes {
      let at = "at \(Double(size).short)"
      figures += [
        Figure(name: "\(size).raw.scan", label: "\(at): raw LMDB scan", unit: "events/s"),
        Figure(name: "\(size).fold", label: "\(at): fold over bare entries", unit: "events/s"),
        Figure(
          name: "\(size).scan.fold", label: "\(at): the same fold, leaves checked",
          unit: "events/s"),
        Figure(
          name: "\(size).read", label: "\(at): Store.read with contents", unit: "events/s"),
        Figure(name: "\(size).case.p50", label: "\(at): one case of 15 events, p50", unit: "µs"),
        Figure(name: "\(size).case.p99", label: "\(at): one case of 15 events, p99", unit: "µs"),
        Figure(name: "\(size).verify", label: "\(at): verify", unit: "events/s"),
        Figure(
          name: "\(size).hash", label: "\(at): leaf and node hashes, one core", unit: "events/s"),
      ]
    }
    return figures
  }

  private var comparisons: [Comparison] {
    var lines = [
      Comparison(
        "1,000 a batch, encoded before / raw LMDB", "store.1000.encoded", over: "raw.1000",
        .atLeast(0.5)),
      Comparison("1,000 a batch / raw LMDB", "store.1000", over: "raw.1000", .atLeast(0.5)),
      Comparison(
        "1,000 a batch, 2 callers / raw LMDB", "store.1000.two", over: "raw.1000", .atLeast(0.5)),
      Comparison("1,000 a batch / SQLite", "store.1000", over: "sqlite.1000", .atLeast(1.2)),
      Comparison(
        "1,000 a batch / UmaDB", GridRounds.name("store", callers: 1, batch: 1000),
        over: GridRounds.name("umadb", callers: 1, batch: 1000), .atLeast(5)),
      Comparison(
        "1,000 a batch / PostgreSQL", GridRounds.name("store", callers: 1, batch: 1000),
        over: GridRounds.name("postgres", callers: 1, batch: 1000), .atLeast(5)),
      Comparison("64 callers / raw LMDB at 64", "store.64callers", over: "raw.64", .atLeast(0.7)),
      Comparison(
        "one caller p50 / raw LMDB commit", "store.1.p50", over: "raw.1.p50", .atMost(1.25)),
      Comparison("open with a tail of 65,535, ms", "open", .atMost(100)),
      Comparison("deadlines judged a second", "deadlines", .atLeast(200_000)),
      Comparison("one ticket explained p99, ms", "deadlines.explain.p99", .atMost(5)),
    ]
    for size in sizes {
      let at = "at \(Double(size).short)"
      lines += [
        Comparison(
          "\(at): fold / raw LMDB scan", "\(size).fold", over: "\(size).raw.scan", .atLeast(0.15)),
        Comparison(
          "\(at): fold, leaves checked / raw scan", "\(size).scan.fold", over: "\(size).raw.scan",
          .atLeast(0.10)),
        Comparison(
          "\(at): fold, leaves checked / eventsourcing", "\(size).scan.fold",
          over: "read.eventsourcing", .atLeast(10)),
        Comparison("\(at): one case p50, µs", "\(size).case.p50", .atMost(40)),
        Comparison(
          "\(at): verify / hashing limit", "\(size).verify", over: "\(size).hash", .atLeast(0.5)),
        Comparison("\(at): log on disk / own bytes", "\(size).disk", .atMost(1.2)),
        Comparison("\(at): all indexes, bytes an event", "\(size).index", .atMost(80)),
      ]
    }
    if let first = sizes.first, let last = sizes.last, first < last {
      lines.append(
        Comparison(
          "one case at \(Double(last).short) / at \(Double(first).short)", "\(last).case.p50",
          over: "\(first).case.p50", .atMost(1.5)))
    }
    return lines
  }

  func print() {
    Output.line("machine: \(machine)")
    Output.line("load before: \(loadBefore); after: \(loadAfter)")
    Output.line(
      "events: \(eventSizes.envelope.text(0)) bytes of envelope, "
        + "\(eventSizes.content.text(0)) of content on average")
    Output.line(
      "\nfigure".padded(50) + "median".paddedLeft(10) + "".padded(11) + "CPU µs/event"
        + "  lowest … highest round")
    for figure in figures {
      guard let median = samples.median(figure.name), let range = samples.range(figure.name) else {
        continue
      }
      Output.line(
        figure.label.padded(49) + median.short.paddedLeft(10) + "  " + figure.unit.padded(9)
          + (samples.median(Samples.processor(figure.name))?.text(2) ?? "").paddedLeft(12)
          + "  \(range.low.short) … \(range.high.short)")
    }
    printGrid()
    Output.line(
      "\nratio".padded(50) + "measured".paddedLeft(10) + "by CPU".paddedLeft(10) + "  target")
    for line in comparisons {
      guard let value = line.value(samples) else { continue }
      Output.line(
        line.label.padded(49) + value.text(2).paddedLeft(10)
          + (line.processorValue(samples)?.text(2) ?? "").paddedLeft(10) + "  " + line.target.text
          + (line.target.isMet(value) ? "" : "  missed"))
    }
    Output.line("\nrepeat: \(command)")
  }

  private func printGrid() {
    guard !stores.isEmpty else { return }
    Output.line(
      "\nevents/s, callers × batch".padded(27)
        + stores.map { $0.paddedLeft(14) }.joined())
    for batch in GridRounds.batches {
      for callers in GridRounds.callers {
        let rates = stores.map { store in
          samples.median(GridRounds.name(store, callers: callers, batch: batch))?.short ?? "–"
        }
        Output.line(
          "\(callers) × \(batch)".padded(26) + rates.map { $0.paddedLeft(14) }.joined())
      }
    }
    let reads = stores.map { samples.median("read.\($0)")?.short ?? "–" }
    Output.line("all read in order".padded(26) + reads.map { $0.paddedLeft(14) }.joined())
  }

  /// The same for programs; times are never judged, so there is no verdict.
  func json() throws -> [UInt8] {
    var values: [String: Any] = [:]
    for (name, rounds) in samples.all {
      values[name] = ["median": rounds.median, "rounds": rounds]
    }
    let ratios = comparisons.compactMap { line -> [String: Any]? in
      guard let value = line.value(samples) else { return nil }
      var ratio: [String: Any] = [
        "name": line.label, "value": value, "target": line.target.text,
        "met": line.target.isMet(value),
      ]
      if let processor = line.processorValue(samples) { ratio["byProcessorTime"] = processor }
      return ratio
    }
    let root: [String: Any] = [
      "machine": machine, "loadBefore": loadBefore, "loadAfter": loadAfter, "command": command,
      "figures": values, "ratios": ratios,
    ]
    return Array(
      try JSONSerialization.data(
        withJSONObject: root, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]))
  }
}
