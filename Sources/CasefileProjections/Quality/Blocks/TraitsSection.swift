import CasefileModel

/// What the tickets of a block are about.
struct TraitsSection {
  /// The texts by place; the first is none.
  let texts: [String?]
  private var main: RowReader
  private var ticket = -1
  /// The traits of which a ticket has one each, as places of texts.
  private var ones = InlineArray<8, Int>(repeating: 0)

  /// The traits of which a ticket has one at most, in the order in which they are written.
  enum One: Int, CaseIterable {
    case channel, topic, priority, client, project, closeKind, kind, entryPoint

    func text(of traits: TicketTraits) -> String? {
      switch self {
      case .channel: traits.channel
      case .topic: traits.topic
      case .priority: traits.priority
      case .client: traits.client
      case .project: traits.project
      case .closeKind: traits.closeKind
      case .kind: traits.kind
      case .entryPoint: traits.entryPoint
      }
    }
  }

  init(_ bytes: [UInt8]) throws(RowError) {
    var reader = RowReader(bytes)
    let range = try reader.range()
    texts = try BlockTexts.read(&reader)
    main = RowReader(bytes, in: range)
  }

  /// One trait of the next ticket for each in order, as places of texts.
  ///
  /// - Parameter count: how many tickets the block has.
  mutating func places(of one: One, count: Int) throws(RowError) -> [Int] {
    var places: [Int] = []
    places.reserveCapacity(count)
    for _ in 0..<count {
      try readOnes()
      places.append(ones[one.rawValue])
      try skipLists()
    }
    return places
  }

  private mutating func readOnes() throws(RowError) {
    ticket += 1
    for place in 0..<8 { ones[place] = try main.place(in: texts) }
  }

  private mutating func skipLists() throws(RowError) {
    for _ in 0..<2 {
      for _ in 0..<(try main.count()) { _ = try main.number() }
    }
    for _ in 0..<(try main.count()) {
      _ = try main.number()
      _ = try main.number()
    }
  }

  /// The traits of a ticket; those of tickets before it can't be read any more.
  mutating func traits(of wanted: Int) throws(RowError) -> TicketTraits {
    while ticket < wanted - 1 {
      try readOnes()
      try skipLists()
    }
    guard ticket == wanted - 1 else { throw RowError() }
    try readOnes()
    var traits = TicketTraits()
    traits.channel = texts[ones[One.channel.rawValue]]
    traits.topic = texts[ones[One.topic.rawValue]]
    traits.priority = texts[ones[One.priority.rawValue]]
    traits.client = texts[ones[One.client.rawValue]]
    traits.project = texts[ones[One.project.rawValue]]
    traits.closeKind = texts[ones[One.closeKind.rawValue]]
    traits.kind = texts[ones[One.kind.rawValue]]
    traits.entryPoint = texts[ones[One.entryPoint.rawValue]]
    traits.tags = try list()
    traits.causes = try list()
    var from: Int64 = 0
    for _ in 0..<(try main.count()) {
      from &+= try Int64(from: &main)
      let key = texts[try main.place(in: texts)]
      traits.templates.append(
        TicketTraits.Period(from: Timestamp(microseconds: from), key: key))
    }
    return traits
  }

  private mutating func list() throws(RowError) -> [String] {
    var list: [String] = []
    for _ in 0..<(try main.count()) {
      guard let text = texts[try main.place(in: texts)] else { throw RowError() }
      list.append(text)
    }
    return list
  }

  /// Writes the traits of all tickets one after the other.
  struct Writer {
    private var texts = BlockTexts()
    private var main = RowWriter()

    mutating func add(_ traits: TicketTraits) {
      for one in One.allCases { main.put(number: texts.place(one.text(of: traits))) }
      for list in [traits.tags, traits.causes] {
        main.put(number: UInt64(list.count))
        for text in list { main.put(number: texts.place(text)) }
      }
      main.put(number: UInt64(traits.templates.count))
      var from: Int64 = 0
      for period in traits.templates {
        main.put(period.from.microseconds &- from)
        from = period.from.microseconds
        main.put(number: texts.place(period.key))
      }
    }

    var bytes: [UInt8] {
      var writer = RowWriter()
      writer.put(blob: main.bytes)
      texts.write(to: &writer)
      return writer.bytes
    }
  }
}
