import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections

/// `casefile replay`.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Rebuild views from the log beside the stored ones, and put them in their place.",
    discussion: """
      --compare verifies the log, compares each replay with what is stored, and says in one line \
      whether both hold; exit status 1 where they do not. With --to or --known-at a part of the log \
      is replayed and nothing is kept.

      Example:
        casefile replay --compare --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("Only this view; may be given several times.", valueName: "name"))
  var view: [String] = []

  @Option(help: "Replay up to this position, included; nothing is kept.")
  var to: UInt64?

  @Option(help: ArgumentHelp("Replay what was recorded by this time.", valueName: "time"))
  var knownAt: String?

  @Option(help: "The zone of dates.")
  var zone: String?

  @Flag(help: "Verify the log and compare each replay with the stored view.")
  var compare = false

  @Flag(help: "Keep nothing.")
  var dryRun = false

  func validate() throws {
    if to != nil, knownAt != nil {
      throw ValidationError("--to and --known-at both say how far to replay; give one of them")
    }
    if compare, to != nil || knownAt != nil {
      throw ValidationError(
        "--compare needs the whole log: a stored view is never that of a part of it")
    }
  }

  func run() async throws {
    let zone = try zone.map { try Zone(named: $0) } ?? .utc
    let moment = try TimeArgument.read(knownAt, option: "--known-at", zone: zone)
    let isKept = !dryRun && to == nil && knownAt == nil
    try await common.withStore(readOnly: !isKept, viewUpdates: .never) { store in
      var options = ReplayOptions(isCompared: compare, isDryRun: dryRun)
      options.views = view.isEmpty ? nil : view
      options.through = try last(moment, store)
      var progress = Progress("events")
      let output = OutputBuffer()
      let report = try compare ? store.verify { progress.update($0, of: $1) } : nil
      let rebuilds = try store.replay(options) { progress.update($0, of: $1) }
      progress.finish()
      for rebuild in rebuilds {
        switch common.format {
        case .json: try output.line(ViewReport.json(rebuild))
        case .text: for line in ViewReport.lines(rebuild) { try output.line(line) }
        }
      }
      let isProven = verdict(report, rebuilds)
      if common.format == .text, let report {
        try output.line(sentence(report, rebuilds, isProven))
      }
      try output.flush()
      if !isProven { throw SilentFailure(status: .no) }
    }
  }

  private func last(_ moment: Timestamp?, _ store: Store) throws -> Position? {
    if let to {
      guard try store.head.map({ to <= $0.rawValue }) ?? false else {
        let head = try store.head.map { "its last position is \($0)" } ?? "it has no events"
        throw CommandFailure.notFound("the log has no position \(to); \(head)")
      }
      return Position(to)
    }
    guard let moment else { return nil }
    var newest: Position?
    try store.read(
      EventReadOptions(
        recordedUntil: moment.adding(microseconds: 1), isBackward: true, limit: 1,
        includesContent: false)
    ) { event in
      newest = event.position
      return false
    }
    guard let newest else {
      let began = try store.statistics().firstRecordedAt.map { "; this store began at \($0)" } ?? ""
      throw CommandFailure.notFound("nothing was recorded by \(moment)\(began)")
    }
    return newest
  }

  private func verdict(_ report: VerificationReport?, _ rebuilds: [ViewRebuild]) -> Bool {
    (report?.isSound ?? true)
      && rebuilds.allSatisfy { $0.failure == nil && $0.comparison?.isEqual ?? true }
  }

  private func sentence(
    _ report: VerificationReport, _ rebuilds: [ViewRebuild], _ isProven: Bool
  ) -> String {
    guard !isProven else {
      let names = rebuilds.map(\.name).joined(separator: ", ")
      return "proven: \(report.events) events match their hashes and the root \(report.root), and "
        + "the views \(names) equal their replay"
    }
    let differing = rebuilds.filter { !($0.comparison?.isEqual ?? true) || $0.failure != nil }
    var parts: [String] = []
    if !report.isSound { parts.append("the log has \(report.problems.count) problems") }
    if !differing.isEmpty {
      parts.append("not equal to their replay: \(differing.map(\.name).joined(separator: ", "))")
    }
    return "not proven: " + parts.joined(separator: "; ")
  }
}
