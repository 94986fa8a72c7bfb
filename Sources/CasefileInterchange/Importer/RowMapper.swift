internal import CasefileModel

/// Makes events of rows by the profile's mode.
enum RowMapper {
  case snapshots(SnapshotMapper)
  case events(EventMapper)

  init(_ run: ImportRun, batch: String?) {
    switch run.profile.mode {
    case .snapshots:
      self = .snapshots(
        SnapshotMapper(
          profile: run.profile, plan: run.reader.plan, pools: run.pools,
          actors: run.reader.actors, people: run.people, batch: batch))
    case .events:
      self = .events(
        EventMapper(
          profile: run.profile, plans: run.reader.plans, pools: run.pools,
          actors: run.reader.actors, people: run.people, batch: batch))
    }
  }

  /// The events of a row in order, and in mode snapshots the ticket after it.
  func map(
    _ row: SnapshotRow, table: Int, after previous: Snapshot?, isFirst: Bool
  ) throws(ImportError) -> (events: [Event], snapshot: Snapshot?) {
    switch self {
    case .snapshots(let mapper): mapper.map(row, after: previous)
    case .events(let mapper): (try mapper.map(row, table: table, isFirst: isFirst), nil)
    }
  }
}
