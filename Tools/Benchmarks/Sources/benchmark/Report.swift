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

  func print() {
    Output.line("machine: \(machine)")
    Output.line("load before: \(loadBefore); after: \(loadAfter)")
    if !isQuiet {
      Output.line(
        "Other programs ran beside: times and the words about targets say little of this run. The "
          + "columns by CPU say more.")
    }
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
      "\nratio".padded(50) + "measured".paddedLeft(10) + "by CPU".paddedLeft(8)
        + "limit".paddedLeft(9) + "by CPU".paddedLeft(8) + "  target")
    for line in comparisons {
      guard let value = line.value(samples), let verdict = line.verdict(samples) else { continue }
      func column(_ value: Double?, _ width: Int) -> String {
        (value?.text(2) ?? "").paddedLeft(width)
      }
      Output.line(
        line.label.padded(49) + column(value, 10) + column(line.processorValue(samples), 8)
          + column(line.limit(samples), 9) + column(line.processorLimit(samples), 8) + "  "
          + line.target.text.padded(13) + verdict)
    }
    Output.line("\nrepeat: \(command)")
  }

  /// Whether the machine had nothing else to do when the run began.
  private var isQuiet: Bool {
    loadBefore.split(separator: " ").first.flatMap { Double($0) }.map { $0 < 0.5 } ?? false
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
        "met": line.target.isMet(value), "verdict": line.verdict(samples) ?? "",
      ]
      if let processor = line.processorValue(samples) { ratio["byProcessorTime"] = processor }
      if let limit = line.limit(samples) { ratio["limit"] = limit }
      if let limit = line.processorLimit(samples) { ratio["limitByProcessorTime"] = limit }
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
