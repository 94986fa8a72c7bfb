import CasefileInterchange
import CasefileModel
import CasefileProjections

/// The values of a report as programs read them: named, in English, with all their digits.
enum ReportFields {
  /// The names that a column has: a share has its part and its whole beside it, somebody a name, a part
  /// of the time two ends.
  static func names(_ column: ReportTable.Column) -> [String] {
    let name = column.heading.name
    return switch column.unit {
    case .share: [name, name + "Count", name + "Of"]
    case .entity: [name, name + "Name"]
    case .period: ["from", "until"]
    default: [name]
    }
  }

  /// The values in the order of the names; null of what there is no data.
  static func values(_ value: ReportValue, _ column: ReportTable.Column) -> [JSONValue] {
    switch column.unit {
    case .share:
      guard case .share(let part, of: let whole) = value else { return [.null, .null, .null] }
      let share = DecimalNumber.share(part, of: whole, parts: 10_000).map {
        JSONValue.number(DecimalNumber.text(Int64($0), decimals: 4, mark: "."))
      }
      return [share ?? .null, JSONValue(part), JSONValue(whole)]
    case .entity:
      guard case .entity(_, let id, let name) = value else { return [.null, .null] }
      return [.string(id), JSONValue(name)]
    case .period:
      guard case .step(let from, let until, _) = value else { return [.null, .null] }
      return [JSONValue(from), JSONValue(until)]
    default: return [one(value)]
    }
  }

  private static func one(_ value: ReportValue) -> JSONValue {
    switch value {
    case .noData, .blank: .null
    case .count(let count): JSONValue(count)
    case .seconds(let seconds): .int(seconds)
    case .decimal(let number, let decimals), .change(let number, let decimals):
      decimals == 0
        ? .int(number) : .number(DecimalNumber.text(number, decimals: decimals, mark: "."))
    case .instant(let instant): JSONValue(instant)
    case .text(let text): .string(text)
    case .word(let word, of: _): .string(word)
    case .label(.nobody): .null
    case .label(let label): .string(label.rawValue)
    case .entity(_, let id, name: _): .string(id)
    case .part(_, let part): .string(part)
    case .heading(let heading): .string(heading.name)
    case .finding(let code): .string(code.rawValue)
    case .duty(let standing): .string(standing.rawValue)
    case .secondsChange(let seconds): .int(seconds)
    case .pointsChange(let points):
      .number(DecimalNumber.text(Int64(points), decimals: 3, mark: "."))
    case .positions(let positions): .array(positions.map { JSONValue($0.rawValue) })
    // Where the row tells the unit, a share is its fraction alone.
    case .share(let part, of: let whole):
      DecimalNumber.share(part, of: whole, parts: 10_000).map {
        .number(DecimalNumber.text(Int64($0), decimals: 4, mark: "."))
      } ?? .null
    case .step: .null
    }
  }

  /// The same for a cell of a spreadsheet; what somebody wrote is guarded against being computed.
  static func cell(_ value: JSONValue) -> CSVWriter.Field {
    switch value {
    case .null: .plain(nil)
    case .int(let number): .number(number)
    case .number(let text): .plain(text)
    case .string(let text): .text(text)
    case .bool(let isTrue): .plain(isTrue ? "true" : "false")
    case .array, .object: .text(value.text)
    }
  }
}
