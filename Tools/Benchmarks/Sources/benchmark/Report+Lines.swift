internal import Workload

/// What is printed of the samples.
extension Report {
  var figures: [Figure] {
    Report.appendFigures + Report.limitFigures + Report.otherFigures
      + sizes.flatMap { Report.readFigures($0) }
  }

  private static let appendFigures = [
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
    Figure(
      name: "store.64callers.shared", label: "Casefile, 64 callers: events that share a commit",
      unit: "events"),
    Figure(name: "store.1.p50", label: "Casefile, one caller, p50", unit: "µs"),
    Figure(name: "store.1.p99", label: "Casefile, one caller, p99", unit: "µs"),
  ]

  private static let limitFigures = [
    Figure(
      name: "limit.1000.encoded", label: "limit: 1,000 a batch, encoded before",
      unit: "events/s"),
    Figure(
      name: "limit.1000.encoded.two", label: "limit: the same on two threads", unit: "events/s"),
    Figure(name: "limit.1000", label: "limit: 1,000 a batch", unit: "events/s"),
    Figure(name: "limit.1000.two", label: "limit: the same on two threads", unit: "events/s"),
    Figure(
      name: "limit.1000.twoCallers", label: "limit: 1,000 a batch, 2 callers",
      unit: "events/s"),
    Figure(
      name: "limit.64.handOver", label: "limit: 64 callers, hand-over and bare puts",
      unit: "events/s"),
    Figure(
      name: "limit.64", label: "limit: 64 callers, one event each", unit: "events/s"),
    Figure(
      name: "limit.1.handOver.p50", label: "one bare put by another thread, p50",
      unit: "µs"),
    Figure(
      name: "limit.1.tables.p50", label: "limit: one caller, all rows made before, p50", unit: "µs"),
    Figure(
      name: "limit.1.p50", label: "limit: one caller, all by one thread, p50", unit: "µs"),
  ]

  private static let otherFigures = [
    Figure(name: "open", label: "open with a tail of 65,535", unit: "ms"),
    Figure(name: "deadlines", label: "deadlines judged, 15 events a ticket", unit: "tickets/s"),
    Figure(name: "limit.deadlines", label: "limit: the same", unit: "tickets/s"),
    Figure(name: "deadlines.explain.p50", label: "one ticket explained, p50", unit: "ms"),
    Figure(name: "deadlines.explain.p99", label: "one ticket explained, p99", unit: "ms"),
  ]

  private static func readFigures(_ size: Int) -> [Figure] {
    let at = "at \(Double(size).short)"
    return [
      Figure(name: "\(size).raw.scan", label: "\(at): raw LMDB scan", unit: "events/s"),
      Figure(name: "\(size).fold", label: "\(at): fold over bare entries", unit: "events/s"),
      Figure(
        name: "\(size).scan.fold", label: "\(at): the same fold, leaves checked",
        unit: "events/s"),
      Figure(
        name: "\(size).read", label: "\(at): Store.read with contents", unit: "events/s"),
      Figure(name: "\(size).case.p50", label: "\(at): one case of 15 events, p50", unit: "µs"),
      Figure(name: "\(size).case.p99", label: "\(at): one case of 15 events, p99", unit: "µs"),
      Figure(
        name: "\(size).limit.case.rows.p50", label: "\(at): limit: its rows by LMDB, p50",
        unit: "µs"),
      Figure(
        name: "\(size).limit.case.hashes.p50", label: "\(at): limit: and hashes compared, p50",
        unit: "µs"),
      Figure(
        name: "\(size).limit.case.together.p50",
        label: "\(at): limit: the same, looked up together", unit: "µs"),
      Figure(name: "\(size).verify", label: "\(at): verify", unit: "events/s"),
      Figure(
        name: "\(size).hash", label: "\(at): leaf and node hashes, one core", unit: "events/s"),
    ]
  }

  var comparisons: [Comparison] {
    var lines = Report.appendComparisons + Report.otherComparisons
    lines += sizes.flatMap { Report.readComparisons($0) }
    if let first = sizes.first, let last = sizes.last, first < last {
      lines.append(
        Comparison(
          "one case at \(Double(last).short) / at \(Double(first).short)", "\(last).case.p50",
          over: "\(first).case.p50", .atMost(1.5),
          limits: ["\(last).limit.case.together.p50"],
          limitsOver: "\(first).limit.case.together.p50"))
    }
    return lines
  }

  private static let appendComparisons = [
    Comparison(
      "1,000 a batch, encoded before / raw LMDB", "store.1000.encoded", over: "raw.1000",
      .atLeast(0.5), limits: ["limit.1000.encoded", "limit.1000.encoded.two"]),
    Comparison(
      "1,000 a batch / raw LMDB", "store.1000", over: "raw.1000", .atLeast(0.5),
      limits: ["limit.1000", "limit.1000.two"]),
    Comparison(
      "1,000 a batch, 2 callers / raw LMDB", "store.1000.two", over: "raw.1000", .atLeast(0.5),
      limits: ["limit.1000.twoCallers"]),
    Comparison(
      "1,000 a batch / SQLite", "store.1000", over: "sqlite.1000", .atLeast(1.2),
      limits: ["limit.1000", "limit.1000.two"]),
    Comparison(
      "1,000 a batch / UmaDB", GridRounds.name("store", callers: 1, batch: 1000),
      over: GridRounds.name("umadb", callers: 1, batch: 1000), .atLeast(5),
      limits: ["limit.1000", "limit.1000.two"]),
    Comparison(
      "raw LMDB itself / UmaDB", "raw.1000",
      over: GridRounds.name("umadb", callers: 1, batch: 1000), .atLeast(5)),
    Comparison(
      "1,000 a batch / PostgreSQL", GridRounds.name("store", callers: 1, batch: 1000),
      over: GridRounds.name("postgres", callers: 1, batch: 1000), .atLeast(5),
      limits: ["limit.1000", "limit.1000.two"]),
    Comparison(
      "64 callers / raw LMDB at 64", "store.64callers", over: "raw.64", .atLeast(0.7),
      limits: ["limit.64"]),
    Comparison(
      "one caller p50 / raw LMDB commit", "store.1.p50", over: "raw.1.p50", .atMost(1.25),
      limits: ["limit.1.p50"]),
  ]

  private static let otherComparisons = [
    Comparison("open with a tail of 65,535, ms", "open", .atMost(100)),
    Comparison(
      "deadlines judged a second", "deadlines", .atLeast(200_000), limits: ["limit.deadlines"]),
    Comparison(
      "a ticket's deadlines, µs of a core", Samples.processor("deadlines"), .atMost(5),
      limits: [Samples.processor("limit.deadlines")]),
    Comparison("one ticket explained p99, ms", "deadlines.explain.p99", .atMost(5)),
  ]

  private static func readComparisons(_ size: Int) -> [Comparison] {
    let at = "at \(Double(size).short)"
    return [
      Comparison(
        "\(at): fold / raw LMDB scan", "\(size).fold", over: "\(size).raw.scan", .atLeast(0.15)),
      Comparison(
        "\(at): fold, leaves checked / raw scan", "\(size).scan.fold", over: "\(size).raw.scan",
        .atLeast(0.10)),
      Comparison(
        "\(at): fold, leaves checked / eventsourcing", "\(size).scan.fold",
        over: "read.eventsourcing", .atLeast(10)),
      Comparison(
        "\(at): one case p50, µs", "\(size).case.p50", .atMost(40),
        limits: ["\(size).limit.case.hashes.p50", "\(size).limit.case.together.p50"]),
      Comparison(
        "\(at): verify / hashing limit", "\(size).verify", over: "\(size).hash", .atLeast(0.5)),
      Comparison("\(at): log on disk / own bytes", "\(size).disk", .atMost(1.2)),
      Comparison("\(at): all indexes, bytes an event", "\(size).index", .atMost(80)),
    ]
  }
}
