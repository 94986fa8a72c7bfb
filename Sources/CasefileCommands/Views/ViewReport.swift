import Casefile
import CasefileLog
import CasefileModel

/// Views in words and in JSON.
enum ViewReport {
  static func json(_ status: ViewStatus) -> JSONValue {
    [
      "view": .string(status.name), "version": .int(Int64(status.version)),
      "condition": .string(status.condition.rawValue), "position": position(status),
      "lag": JSONValue(status.lag), "sizeBytes": JSONValue(status.sizeBytes),
      "lastError": status.failure.map(json) ?? .null,
    ]
  }

  /// The last position that the view covers; null before the first.
  private static func position(_ status: ViewStatus) -> JSONValue {
    status.events.flatMap { $0 == 0 ? nil : JSONValue($0 - 1) } ?? .null
  }

  private static func json(_ failure: ViewFailure) -> JSONValue {
    ["position": JSONValue(failure.position.rawValue), "reason": .string(failure.reason)]
  }

  static func lines(_ statuses: [ViewStatus]) -> [String] {
    let width = statuses.map { DisplayWidth.of($0.name) }.max() ?? 0
    return statuses.map { status in
      let name = DisplayWidth.pad("\(status.name)", to: width)
      return "\(name)  v\(status.version)  \(words(status))"
    }
  }

  private static func words(_ status: ViewStatus) -> String {
    let size = "\((status.sizeBytes + 1023) / 1024) KiB"
    switch status.condition {
    case .ready where status.lag == 0: return "ready, \(status.events ?? 0) events, \(size)"
    case .ready:
      return "ready, \(status.events ?? 0) events, \(status.lag ?? 0) behind the log, \(size)"
    case .missing: return "no file; casefile replay --view \(status.name) makes it"
    case .otherLog:
      return "made from another log, not used; casefile replay --view \(status.name) makes it anew"
    case .damaged:
      return "can't be read, not used; casefile replay --view \(status.name) makes it anew"
    case .stopped:
      let failure = status.failure.map { " before position \($0.position): \($0.reason)" } ?? ""
      return "stopped\(failure); \(status.lag ?? 0) behind the log, \(size)"
    }
  }

  static func json(_ comparison: ViewComparison) -> JSONValue {
    [
      "view": .string(comparison.name), "equal": .bool(comparison.isEqual),
      "events": JSONValue(comparison.events), "rows": JSONValue(comparison.rows),
      "differences": JSONValue(comparison.differences),
      "examples": .array(comparison.examples.map { .string($0) }),
      "problem": JSONValue(comparison.problem),
    ]
  }

  static func lines(_ comparison: ViewComparison) -> [String] {
    let what = "\(comparison.events) events, \(comparison.rows) rows"
    if let problem = comparison.problem {
      return ["The view \(comparison.name) can't be compared: \(problem)."]
    }
    guard !comparison.isEqual else {
      return ["The view \(comparison.name) equals its replay: \(what)."]
    }
    return [
      "The view \(comparison.name) differs from its replay in \(comparison.differences) rows:"
    ]
      + comparison.examples.map { "  \($0)" }
  }

  static func json(_ rebuild: ViewRebuild) -> JSONValue {
    [
      "view": .string(rebuild.name), "events": JSONValue(rebuild.events),
      "seconds": .int(Int64(rebuild.seconds.rounded())),
      "milliseconds": .int(Int64((rebuild.seconds * 1000).rounded())),
      "differences": rebuild.comparison.map {
        $0.problem == nil ? JSONValue($0.differences) : .null
      } ?? .null,
      "equal": rebuild.comparison.map { .bool($0.isEqual) } ?? .null,
      "problem": JSONValue(rebuild.comparison?.problem), "swapped": .bool(rebuild.isSwapped),
      "lastError": rebuild.failure.map(json) ?? .null,
    ]
  }

  static func lines(_ rebuild: ViewRebuild) -> [String] {
    let seconds = "\((rebuild.seconds * 10).rounded() / 10) s"
    var line = "\(rebuild.name): \(rebuild.events) events replayed in \(seconds)"
    if let failure = rebuild.failure {
      return [line + "; stopped before position \(failure.position): \(failure.reason)"]
    }
    line += rebuild.isSwapped ? ", in place" : ", not kept"
    guard let comparison = rebuild.comparison else { return [line] }
    return [line] + lines(comparison).map { "  \($0)" }
  }
}
