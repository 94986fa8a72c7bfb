import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// The tickets of a row of the study of handovers.
struct HandoverList {
  /// Whether a group got the ticket back.
  enum Answer: String, ExpressibleByArgument, CaseIterable {
    case yes, no
  }

  /// The number of handoffs, or all.
  let row: String
  let gotBack: Answer?
  /// The question, without answers.
  let study: HandoverStudy

  /// The number of a row, without one for all; nil of anything else.
  static func row(_ text: String) -> Int?? {
    if text == "all" { return .some(nil) }
    guard let number = Int(text), (0...HandoverStudy.handoffsMax).contains(number) else {
      return nil
    }
    return number
  }

  /// Lists them.
  func put(
    _ breach: HandoverCase.BreachField, _ asked: TicketQuestion, _ reader: Reader,
    _ format: ReportForm, in store: Store
  ) throws {
    let wanted = HandoverList.row(row) ?? nil
    var lines: [String] = []
    try store.handoverCases(breach: breach, asOf: asked.asOf, knownAt: asked.knownAt) { one in
      guard let place = study.place(of: one), wanted.map({ $0 == place.handoffs }) ?? true,
        gotBack.map({ ($0 == .yes) == one.isReturned }) ?? true
      else { return true }
      if format == .json {
        try reader.output.line(HandoverList.json(one, place.seconds))
      } else {
        let texts =
          [one.ticket, reader.phrases.duration(place.seconds), "\(one.handoffs)"]
          + [one.groups.joined(separator: " \u{2192} ")]
        lines.append(VisibleText.escape(texts.joined(separator: "  ")))
      }
      return true
    }
    if format == .json { return try reader.output.flush() }
    try reader.show(lines.isEmpty ? [reader.phrases.noData] : lines)
  }

  private static func json(_ one: HandoverCase, _ seconds: Int64) -> JSONValue {
    [
      "ticket": .string(one.ticket), "priority": JSONValue(one.priority),
      "groups": .array(one.groups.map { .string($0) }), "handoffs": JSONValue(one.handoffs),
      "gotBack": .bool(one.isReturned), "openedAt": JSONValue(one.openedAt),
      "resolvedAt": JSONValue(one.resolvedAt), "seconds": .int(seconds),
      "breached": one.isBreached.map { .bool($0) } ?? .null,
      "reopenCount": JSONValue(one.reopenCount),
    ]
  }
}
