import CasefileModel

/// What became of one instance of a clock: of a `ClockVerdict` what counts over many tickets ask for.
struct ClockOutline {
  let clock: ClockName
  let verdict: Verdict
  /// The first deadline that passed.
  let breachedAt: Timestamp?
  let startPosition: Position
  let stoppedAt: Timestamp?
  let stopPosition: Position?
}
