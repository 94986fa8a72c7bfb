import CasefileModel

/// What of the course of a block's tickets bears on the instant and on other tickets.
struct CoursesSection {
  /// The course of one ticket, with places of texts.
  struct Item: ClosedCourse, OpenCourse {
    var first = Position(0)
    var client = 0
    var topic = 0
    var holder = 0
    var group = 0
    var closeHolder = 0
    var closeGroup = 0
    var openedAt: Timestamp?
    var openSince: Timestamp?
    var closedAt: Timestamp?
    var lastWorkAt: Timestamp?
    var waitsUntil: Timestamp?
    var opening: Position?
    var openBegin: Position?
    var closing: Position?
    var lastWork: Position?
    var isVoid = false
    var isReopened = false
    var hasOpenWait = false
    var isAnswered = false
    var touchCount = 0
    var laterTurnCount = 0
    var follows: [(previous: Int, position: Position)] = []
  }

  /// The texts by place; the first is none.
  let texts: [String?]
  private var main: RowReader
  private var nextPlace = 0
  private var first: UInt64 = 0
  private var at: Int64 = 0
  /// The ticket that was read last.
  private(set) var item = Item()
  /// Whether that one has a course: nothing of it was retracted as a whole.
  private(set) var isThere = false

  init(_ bytes: [UInt8]) throws(RowError) {
    var reader = RowReader(bytes)
    let range = try reader.range()
    texts = try BlockTexts.read(&reader)
    main = RowReader(bytes, in: range)
  }

  /// Reads a ticket behind the one before; `item` is its course, if it has one.
  mutating func move(to place: Int) throws(RowError) {
    while nextPlace <= place {
      try readNext()
      nextPlace += 1
    }
  }

  private mutating func readNext() throws(RowError) {
    let bits = Bits(rawValue: try main.number())
    isThere = bits.contains(.isThere)
    guard isThere else { return }
    item.follows.removeAll(keepingCapacity: true)
    first &+= UInt64(bitPattern: try Int64(from: &main))
    item.first = Position(first)
    item.client = try main.place(in: texts)
    item.topic = try main.place(in: texts)
    item.holder = try main.place(in: texts)
    item.group = try main.place(in: texts)
    item.closeHolder = try main.place(in: texts)
    item.closeGroup = try main.place(in: texts)
    item.openedAt = try time(bits.contains(.openedAt))
    item.openSince = try time(bits.contains(.openSince))
    item.closedAt = try time(bits.contains(.closedAt))
    item.lastWorkAt = try time(bits.contains(.lastWorkAt))
    item.waitsUntil = try time(bits.contains(.waitsUntil))
    item.opening = try position(bits.contains(.opening))
    item.openBegin = try position(bits.contains(.openBegin))
    item.closing = try position(bits.contains(.closing))
    item.lastWork = try position(bits.contains(.lastWork))
    item.isVoid = bits.contains(.isVoid)
    item.isReopened = bits.contains(.isReopened)
    item.hasOpenWait = bits.contains(.hasOpenWait)
    item.isAnswered = bits.contains(.isAnswered)
    item.touchCount = try Int(from: &main)
    item.laterTurnCount = try Int(from: &main)
    for _ in 0..<(try main.count()) {
      let previous = try main.place(in: texts)
      item.follows.append((previous, try position(true) ?? Position(first)))
    }
  }

  private mutating func time(_ isThere: Bool) throws(RowError) -> Timestamp? {
    guard isThere else { return nil }
    at &+= try Int64(from: &main)
    return Timestamp(microseconds: at)
  }

  private mutating func position(_ isThere: Bool) throws(RowError) -> Position? {
    guard isThere else { return nil }
    return Position(first &+ UInt64(bitPattern: try Int64(from: &main)))
  }

  /// The course of that ticket.
  var current: Item? { isThere ? item : nil }

  /// The same with its texts.
  ///
  /// - Parameter ticket: its id.
  func course(of ticket: String) -> TicketCourse? {
    guard isThere else { return nil }
    var course = TicketCourse(ticket: ticket, first: item.first)
    course.client = texts[item.client]
    course.topic = texts[item.topic]
    course.holder = texts[item.holder]
    course.group = texts[item.group]
    course.closeHolder = texts[item.closeHolder]
    course.closeGroup = texts[item.closeGroup]
    course.openedAt = item.openedAt
    course.openSince = item.openSince
    course.closedAt = item.closedAt
    course.lastWorkAt = item.lastWorkAt
    course.waitsUntil = item.waitsUntil
    course.opening = item.opening
    course.openBegin = item.openBegin
    course.closing = item.closing
    course.lastWork = item.lastWork
    course.isVoid = item.isVoid
    course.isReopened = item.isReopened
    course.hasOpenWait = item.hasOpenWait
    course.isAnswered = item.isAnswered
    course.touchCount = item.touchCount
    course.laterTurnCount = item.laterTurnCount
    course.follows = item.follows.map {
      TicketCourse.Follow(previous: texts[$0.previous] ?? "", position: $0.position)
    }
    return course
  }

  /// What is there, and what is true.
  fileprivate struct Bits: OptionSet {
    let rawValue: UInt64

    static let isThere = Bits(rawValue: 1)
    static let openedAt = Bits(rawValue: 1 << 1)
    static let openSince = Bits(rawValue: 1 << 2)
    static let closedAt = Bits(rawValue: 1 << 3)
    static let lastWorkAt = Bits(rawValue: 1 << 4)
    static let waitsUntil = Bits(rawValue: 1 << 5)
    static let opening = Bits(rawValue: 1 << 6)
    static let openBegin = Bits(rawValue: 1 << 7)
    static let closing = Bits(rawValue: 1 << 8)
    static let lastWork = Bits(rawValue: 1 << 9)
    static let isVoid = Bits(rawValue: 1 << 10)
    static let isReopened = Bits(rawValue: 1 << 11)
    static let hasOpenWait = Bits(rawValue: 1 << 12)
    static let isAnswered = Bits(rawValue: 1 << 13)

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ course: TicketCourse) {
      var bits: Bits = .isThere
      func note(_ isTrue: Bool, _ bit: Bits) { if isTrue { bits.insert(bit) } }
      note(course.openedAt != nil, .openedAt)
      note(course.openSince != nil, .openSince)
      note(course.closedAt != nil, .closedAt)
      note(course.lastWorkAt != nil, .lastWorkAt)
      note(course.waitsUntil != nil, .waitsUntil)
      note(course.opening != nil, .opening)
      note(course.openBegin != nil, .openBegin)
      note(course.closing != nil, .closing)
      note(course.lastWork != nil, .lastWork)
      note(course.isVoid, .isVoid)
      note(course.isReopened, .isReopened)
      note(course.hasOpenWait, .hasOpenWait)
      note(course.isAnswered, .isAnswered)
      self = bits
    }
  }

  /// Writes the courses of all tickets one after the other.
  struct Writer {
    private var texts = BlockTexts()
    private var main = RowWriter()
    private var first: UInt64 = 0
    private var at: Int64 = 0

    /// - Parameter course: nil: all of the ticket was retracted.
    mutating func add(_ course: TicketCourse?) {
      guard let course else { return main.put(number: 0) }
      main.put(number: Bits(course).rawValue)
      main.put(Int64(bitPattern: course.first.rawValue &- first))
      first = course.first.rawValue
      for text in [
        course.client, course.topic, course.holder, course.group, course.closeHolder,
        course.closeGroup,
      ] { main.put(number: texts.place(text)) }
      for time in [
        course.openedAt, course.openSince, course.closedAt, course.lastWorkAt, course.waitsUntil,
      ] {
        guard let time else { continue }
        main.put(time.microseconds &- at)
        at = time.microseconds
      }
      for position in [course.opening, course.openBegin, course.closing, course.lastWork] {
        if let position { put(position) }
      }
      main.put(course.touchCount)
      main.put(course.laterTurnCount)
      main.put(number: UInt64(course.follows.count))
      for follow in course.follows {
        main.put(number: texts.place(follow.previous))
        put(follow.position)
      }
    }

    private mutating func put(_ position: Position) {
      main.put(Int64(bitPattern: position.rawValue &- first))
    }

    var bytes: [UInt8] {
      var writer = RowWriter()
      writer.put(blob: main.bytes)
      texts.write(to: &writer)
      return writer.bytes
    }
  }
}
