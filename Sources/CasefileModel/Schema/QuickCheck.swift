/// Says of nearly every event at once that its form is right.
///
/// The check that can say what is wrong walks descriptions made of texts; this one walks numbers
/// that were made of them once, without an allocation. It says yes only where that one passes, and
/// whatever it can't judge is left to that one.
struct QuickCheck: Sendable {
  private enum Rule: UInt8 {
    /// Anything of the right wire type.
    case free
    case id, eventID, time, enumeration, message
    /// Of contents: text, eight bytes, an instant.
    case text, number, instant
    case unjudged
  }

  private struct Entry {
    let number: UInt32
    let rule: Rule
    let isContent: Bool
    /// The wire types that it may have, a bit each.
    let wires: UInt8
    /// The bits of an enumeration's numbers, or the place of a message's part.
    let target: UInt64
  }

  /// The fields of a type or a message.
  private struct Part {
    let range: Range<Int>
    /// The bits of the plain fields that must be there.
    let required: UInt64
    /// The paths of the contents that must be there.
    let requiredContents: [String]
    let isJudged: Bool
  }

  private struct TypePlan {
    let part: Int
    /// The first bytes of the streams that it belongs on; none: any stream.
    let streams: [[UInt8]]
    /// Types of one number are told apart by name only among embedders'.
    let name: String?
  }

  private var entries: [Entry] = []
  private var parts: [Part] = []
  private var types: [TypePlan] = []
  /// The library's types by number, counted from 1, and the others: to hash a number would take
  /// longer than most of the check.
  private var builtInPlaces: [Int] = []
  private var places: [UInt32: Int] = [:]
  /// The bits of each enumeration's numbers.
  private var enums: [String: UInt64] = [:]
  private var messagePlaces: [String: Int] = [:]

  init() {}

  /// Makes the plans of the messages, to which those of the types refer.
  init(
    messages: [String: [EventSchema.Field]], enums: [String: [(name: String, number: UInt32)]]
  ) {
    self.enums = enums.mapValues { words in
      words.reduce(0) { $1.number < 64 ? $0 | 1 << UInt64($1.number) : $0 }
    }
    for (place, name) in messages.keys.enumerated() { messagePlaces[name] = place }
    // In the order of the places, whichever that is: a dictionary that is not changed keeps it.
    for fields in messages.values { add(fields) }
  }

  /// Adds a type whose messages are known.
  mutating func add(_ type: EventSchema.TypeDescriptor) {
    let number = type.type.number
    if number < EventType.firstOwnNumber {
      while builtInPlaces.count <= number { builtInPlaces.append(0) }
      builtInPlaces[Int(number)] = types.count + 1
    } else {
      places[number] = types.count
    }
    types.append(
      TypePlan(
        part: parts.count, streams: type.streamKinds.map { Array(($0 + "/").utf8) },
        name: type.type.isOwn ? type.type.name : nil))
    add(type.fields)
  }

  private mutating func add(_ fields: [EventSchema.Field]) {
    let start = entries.count
    var required: UInt64 = 0
    var requiredContents: [String] = []
    for (index, field) in fields.enumerated() {
      entries.append(entry(field))
      guard field.isRequired else { continue }
      if field.isContent {
        requiredContents.append(String(field.number))
      } else if index < 64 {
        required |= 1 << UInt64(index)
      }
    }
    parts.append(
      Part(
        range: start..<entries.count, required: required, requiredContents: requiredContents,
        isJudged: fields.count <= 64))
  }

  private func entry(_ field: EventSchema.Field) -> Entry {
    var rule = Rule.free
    var target: UInt64 = 0
    if field.isContent {
      rule =
        switch field.kind {
        case _ where field.isList: .unjudged
        case .int: .number
        case .time: .instant
        case .bytes: .free
        case .json, .map, .intMap, .message: .unjudged
        default: .text
        }
    } else {
      switch field.kind {
      case .id: rule = .id
      case .eventID: rule = .eventID
      case .time: rule = .time
      case .enumeration(let name):
        rule = .enumeration
        target = enums[name] ?? 0
      case .message(let name):
        rule = messagePlaces[name] == nil ? .unjudged : .message
        target = UInt64(messagePlaces[name] ?? 0)
      default: break
      }
    }
    var wires: UInt8 = 0
    for wire in [WireKind.varint, .fixed64, .length, .fixed32]
    where field.kind.allows(wire, isList: field.isList) {
      wires |= 1 << wire.rawValue
    }
    return Entry(
      number: field.number, rule: rule, isContent: field.isContent, wires: wires, target: target)
  }

  // MARK: Judging

  /// Whether the form of an event is right for sure.
  func passes(_ events: Span<Event>, at index: Int) -> Bool {
    guard let place = place(events[index].type.number) else { return false }
    if let name = types[place].name, name != events[index].type.name { return false }
    let part = types[place].part
    guard isOnItsStream(events[index].stream, place) else { return false }
    if !events[index].contents.isEmpty || !parts[part].requiredContents.isEmpty {
      let contents = events[index].contents
      guard passes(contents, part) else { return false }
      for path in parts[part].requiredContents {
        guard contents.contains(where: { $0.path == path }) else { return false }
      }
    }
    let body = events[index].body
    return (try? passes(body.span.bytes, 0..<body.count, part, depth: 0)) ?? false
  }

  private func place(_ number: UInt32) -> Int? {
    guard number < EventType.firstOwnNumber else { return places[number] }
    return number < builtInPlaces.count && builtInPlaces[Int(number)] > 0
      ? builtInPlaces[Int(number)] - 1 : nil
  }

  private func isOnItsStream(_ stream: StreamID, _ place: Int) -> Bool {
    if types[place].streams.isEmpty { return true }
    let name = stream.description.utf8.span.bytes
    for kind in types[place].streams where name.byteCount > kind.count {
      if name.extracting(first: kind.count).equals(kind.span.bytes) { return true }
    }
    return false
  }

  private func passes(_ contents: [FieldWriter.ContentField], _ part: Int) -> Bool {
    // Few enough to compare each with each; long lists are left to the other check.
    guard contents.count <= 8 else { return false }
    for index in contents.indices {
      let path = contents[index].path
      for other in 0..<index where contents[other].path == path { return false }
      guard let number = QuickCheck.number(path),
        let place = find(number, in: parts[part].range, from: parts[part].range.lowerBound),
        entries[place].isContent, passes(contents[index].bytes, entries[place].rule)
      else { return false }
    }
    return true
  }

  private func passes(_ bytes: [UInt8], _ rule: Rule) -> Bool {
    switch rule {
    case .free: true
    case .text: bytes.span.bytes.isUTF8
    case .number: bytes.count == 8
    case .instant:
      bytes.count == 8
        && Timestamp(
          microseconds: Int64(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
        ).isInRange
    default: false
    }
  }

  /// The field number that a path is, if it is nothing more.
  private static func number(_ path: String) -> UInt32? {
    var number: UInt32 = 0
    guard path.utf8.count <= 9, path.utf8.first != UInt8(ascii: "0") else { return nil }
    for digit in path.utf8 {
      guard digit &- 0x30 < 10 else { return nil }
      number = number * 10 + UInt32(digit &- 0x30)
    }
    return number
  }

  /// Where a field is described; writers go on in the order of the fields, so the search does too.
  private func find(_ number: UInt32, in range: Range<Int>, from cursor: Int) -> Int? {
    for index in cursor..<range.upperBound where entries[index].number == number { return index }
    for index in range.lowerBound..<cursor where entries[index].number == number { return index }
    return nil
  }

  private func passes(
    _ span: RawSpan, _ range: Range<Int>, _ part: Int, depth: Int
  ) throws(CodecError) -> Bool {
    let fields = parts[part].range
    guard parts[part].isJudged, depth <= Limits.nestingDepth,
      depth == 0 || parts[part].requiredContents.isEmpty
    else { return false }
    var seen: UInt64 = 0
    var cursor = fields.lowerBound
    var reader = WireReader(span, in: range)
    while let found = try reader.next() {
      guard let place = find(found.number, in: fields, from: cursor) else { continue }
      cursor = place
      let entry = entries[place]
      seen |= 1 << UInt64(place - fields.lowerBound)
      guard !entry.isContent, entry.wires >> found.kind.rawValue & 1 == 1 else { return false }
      switch entry.rule {
      case .free: continue
      case .id:
        guard OpaqueID.passes(span.extracting(found.range)) else { return false }
      case .eventID:
        guard found.range.count == 16 else { return false }
      case .time:
        guard Timestamp(microseconds: Int64(bitPattern: found.value)).isInRange else {
          return false
        }
      case .enumeration:
        guard found.kind == .varint, found.value < 64, entry.target >> found.value & 1 == 1
        else { return false }
      case .message:
        guard try passes(span, found.range, Int(entry.target), depth: depth + 1) else {
          return false
        }
      default: return false
      }
    }
    return seen & parts[part].required == parts[part].required
  }
}
