import CasefileModel

/// A line of the input, read.
struct AppendLine {
  /// Which input, and which line of it.
  let place: LinePlace
  /// The bytes, kept only where a bad line is to be set aside.
  let bytes: [UInt8]
  /// How many bytes it has.
  let sizeBytes: Int
  /// The event; nil where the line could not be read.
  let line: EventLine?
  /// Why it could not.
  var failure: CommandFailure?
  /// The id of its action group, also of a line that is JSON but no event.
  var group: GroupName
}

/// What is known of the action group of a line.
enum GroupName: Hashable {
  /// The line names this one.
  case named(EventID)
  /// The line names none.
  case none
  /// The line is no JSON.
  case unknown
}

/// Where a line stands.
struct LinePlace: Hashable {
  /// The number of the input, from 0.
  let source: Int
  /// The line, from 1.
  let line: Int
}

/// Lines that are stored together or not at all: an action group, or a single line.
struct AppendUnit {
  /// The lines, at least one.
  var lines: [AppendLine]

  /// The action group.
  var group: ActionGroup? { lines.lazy.compactMap(\.line?.event.group).first }

  /// The bytes of its lines.
  var sizeBytes: Int { lines.reduce(0) { $0 + $1.sizeBytes } }

  /// Whether a line goes on with the unit. A line that is no JSON is taken for a member as long as
  /// members are missing: what is left of the action must not be stored without it.
  func takes(_ line: AppendLine) -> Bool {
    switch line.group {
    case .named: line.group == lines[0].group
    case .none: false
    case .unknown: group.map { lines.count < Int($0.count) } ?? false
    }
  }
}

/// Reads inputs as units, the same way each time.
enum AppendReader {
  /// Calls `each` with every unit in order; lines without anything in them are passed over.
  static func readUnits(
    of sources: [LineSource], schema: EventSchema = .builtIn, keepingBytes: Bool = false,
    _ each: (AppendUnit) throws -> Void
  ) throws {
    var unit: AppendUnit?
    for (index, source) in sources.enumerated() {
      try source.readLines { number, bytes in
        guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return }
        let place = LinePlace(source: index, line: number)
        let line = read(
          bytes, place, name: source.name, schema: schema, keepingBytes: keepingBytes)
        if unit?.takes(line) == true {
          unit?.lines.append(line)
        } else {
          if let unit { try each(unit) }
          unit = AppendUnit(lines: [line])
        }
      }
    }
    if let unit { try each(unit) }
  }

  private static func read(
    _ bytes: ArraySlice<UInt8>, _ place: LinePlace, name: String?, schema: EventSchema,
    keepingBytes: Bool
  ) -> AppendLine {
    let kept = keepingBytes ? Array(bytes) : []
    do {
      let line = try EventLine(parsing: bytes, schema: schema)
      return AppendLine(
        place: place, bytes: kept, sizeBytes: bytes.count, line: line,
        group: line.event.group.map { .named($0.id) } ?? .none)
    } catch {
      return AppendLine(
        place: place, bytes: kept, sizeBytes: bytes.count, line: nil,
        failure: FailureTable.failure(for: error).at(file: name, line: place.line),
        group: groupName(of: bytes))
    }
  }

  private static func groupName(of bytes: ArraySlice<UInt8>) -> GroupName {
    guard let json = try? JSONValue(parsing: bytes) else { return .unknown }
    guard case .string(let text)? = json["group"]?["id"], let id = EventID(text) else {
      return .none
    }
    return .named(id)
  }
}
