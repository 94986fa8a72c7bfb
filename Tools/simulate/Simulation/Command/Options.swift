import CasefileModel

/// What the command line asks for.
package struct Options: Sendable {
  package var settings = Settings()
  /// Where the lines go; nil: standard output, unless something else is written.
  var output: String?
  var store: String?
  /// An append ends at the latest when so many simulated seconds have passed; nil: when it is full.
  var recordEvery: Int64?
  var snapshots: String?
  var actions: String?
  var known: String?
  var files = 1
  var isShuffled = false
  var writesLines: Bool { output != nil || store == nil && !exports && known == nil }
  private var exports: Bool { snapshots != nil || actions != nil }

  package static let usage = """
    usage: simulate [option …]

    Writes the history of a help desk as NDJSON, the form that `casefile append` takes. The same
    options give the same bytes on every machine.

      --tickets N        how many tickets are opened (200)
      --agents N         how many agents serve them (24; at least 7)
      --days N, --years N  over what time they come (as many as the agents can serve)
      --seed S           another history (1)
      --start DATE       the first day, such as 2026-03-02
      --language L       both, ru or en (both)
      --faults LIST      all, none, or some of late,corrections,retractions,merges,splits,clocks,
                         outages,recordings (all)
      --output FILE      where the lines go (standard output)
      --store DIR        writes into a store instead; it is made where nothing is
      --record-every S   a new append after S simulated seconds (a full one: 1000 events)
      --snapshots DIR    an export as CSV, a row an update with the full state, and its profile
      --actions DIR      an export as CSV, a row an action, and its profile
      --known FILE       the last state of each ticket, for comparison
      --files N          divides an export over N files (1)
      --shuffle          shuffles an export's rows
      --help             this text

    example: simulate --tickets 500 --seed 7 | casefile append --store desk
    """

  /// Reads the words after the program's name; nil for `--help`.
  ///
  /// - Throws: `SimulationError` that names the option and what it takes.
  package init?(_ words: [String]) throws(SimulationError) {
    var rest = words[...]
    while let name = rest.popFirst() {
      switch name {
      case "--help", "-h": return nil
      case "--shuffle": isShuffled = true
      default:
        guard Options.names.contains(name) else {
          throw SimulationError("simulate has no option \(name)", isUsage: true)
        }
        guard let value = rest.popFirst() else {
          throw SimulationError("\(name) needs a value", isUsage: true)
        }
        try set(name, value)
      }
    }
    if files > 1 || isShuffled, !exports {
      throw SimulationError(
        "--files and --shuffle are for exports: add --snapshots or --actions", isUsage: true)
    }
    if recordEvery != nil, store == nil {
      throw SimulationError("--record-every is for a store: add --store DIR", isUsage: true)
    }
  }

  private static let names: Set<String> = [
    "--tickets", "--agents", "--days", "--years", "--seed", "--start", "--language", "--faults",
    "--output", "--store", "--record-every", "--snapshots", "--actions", "--known",
    "--files",
  ]

  private mutating func set(_ name: String, _ value: String) throws(SimulationError) {
    switch name {
    case "--tickets": settings.tickets = try number(name, value, 0...50_000_000)
    case "--agents": settings.agents = try number(name, value, Team.all.count...20_000)
    case "--days": settings.days = try number(name, value, 1...36_500)
    case "--years": settings.days = 365 * (try number(name, value, 1...100))
    case "--files": files = try number(name, value, 1...8)
    case "--record-every": recordEvery = Int64(try number(name, value, 1...86_400))
    case "--output": output = value
    case "--store": store = value
    case "--snapshots": snapshots = value
    case "--actions": actions = value
    case "--known": known = value
    default: try setDesk(name, value)
    }
  }

  private mutating func setDesk(_ name: String, _ value: String) throws(SimulationError) {
    switch name {
    case "--seed":
      guard let seed = UInt64(value) else {
        throw SimulationError("--seed takes a whole number from 0, not \(value)", isUsage: true)
      }
      settings.seed = seed
    case "--start":
      guard let day = Timestamp(value + "T00:00:00Z"), day.seconds >= 1_420_070_400 else {
        throw SimulationError(
          "--start takes a date from 2015-01-01, such as 2026-03-02, not \(value)", isUsage: true)
      }
      settings.start = day.seconds
    case "--language":
      guard let language = Settings.Language(rawValue: value) else {
        throw SimulationError("--language takes both, ru or en, not \(value)", isUsage: true)
      }
      settings.language = language
    default:
      guard let faults = Faults(value) else {
        throw SimulationError(
          "--faults takes all, none, or words of "
            + Faults.words.map(\.0).joined(separator: ",") + ", not \(value)", isUsage: true)
      }
      settings.faults = faults
    }
  }

  private func number(
    _ name: String, _ value: String, _ range: ClosedRange<Int>
  ) throws(SimulationError) -> Int {
    guard let number = Int(value), range.contains(number) else {
      throw SimulationError(
        "\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound), "
          + "not \(value)",
        isUsage: true)
    }
    return number
  }
}
