internal import CasefileModel

/// What one rule of a profile makes of a row: an event, if its conditions hold.
struct EventRule: Sendable {
  /// To which of a stream's rows the rule applies.
  enum Rows: String, CaseIterable, Sendable { case all, first, later }

  /// What a column must hold.
  struct Condition: Sendable {
    let column: Int
    let values: Set<String>
    /// Whether an unknown value fulfils it.
    let takesUnknown: Bool
    let isNegated: Bool

    func holds(_ text: String?) -> Bool {
      (text.map { values.contains($0) } ?? takesUnknown) != isNegated
    }
  }

  /// Who did it, where it isn't the table's actor.
  struct ActorTemplate: Sendable {
    let kind: Actor.Kind
    let id: ValueTemplate?
  }

  /// On which stream the event lies, where it isn't the row's.
  struct StreamTemplate: Sendable {
    let kind: String
    let id: ValueTemplate
  }

  let conditions: [Condition]
  let rows: Rows
  /// The event's type; nil where a row that is meant to give none is named.
  let type: EventSchema.TypeDescriptor?
  let data: [DataTemplate.Member]
  /// The column of the time, where it isn't the table's.
  let time: Int?
  let actor: ActorTemplate?
  let visibility: Visibility
  /// The visibility of each value of a column.
  let visibilityTemplate: ValueTemplate?
  let stream: StreamTemplate?
}

/// How a value is made of a row's cells.
struct ValueTemplate: Sendable {
  enum Part: Sendable { case text(String), column(Int) }

  /// What is done with values that `values` does not list.
  enum Otherwise: Sendable { case reject, leaveOut, value(String) }

  let parts: [Part]
  var values: [String: String]?
  var otherwise = Otherwise.reject
  /// Multiplies a number, as minutes into seconds.
  var factor: Int64 = 1
  /// What stands between the elements of a list in one cell.
  var separator: String?
  /// What it identifies a person by, where the value is no opaque id.
  var identity: SourceTable.Identity?

  /// The single column that it shows; nil if it is anything else.
  var column: Int? {
    if parts.count == 1, case .column(let place) = parts[0] { place } else { nil }
  }
}

/// How a field's value is made: as the field's kind demands.
indirect enum DataTemplate: Sendable {
  struct Member: Sendable {
    let field: EventSchema.Field
    let template: DataTemplate
  }

  case value(ValueTemplate)
  case constant(JSONValue)
  case list([DataTemplate])
  /// A list in one cell.
  case split(ValueTemplate, separator: String)
  case message([Member])
  case map([(key: String, template: ValueTemplate)])
}
