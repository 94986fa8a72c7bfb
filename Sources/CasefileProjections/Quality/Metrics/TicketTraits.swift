public import CasefileModel

/// What a ticket is about, as it stands now, and what held for it at each instant.
public struct TicketTraits: Hashable, Sendable {
  /// What holds from an instant on; nil: nothing that is known.
  public struct Period: Hashable, Sendable {
    /// Since when.
    public let from: Timestamp
    /// What.
    public let key: String?
  }

  /// The kind of channel by which it was opened.
  public internal(set) var channel: String?
  /// The topic.
  public internal(set) var topic: String?
  /// The priority, on the source's own scale.
  public internal(set) var priority: String?
  /// The client.
  public internal(set) var client: String?
  /// The project.
  public internal(set) var project: String?
  /// What it is by its nature: a question, an incident; of a contact outside of tickets call, chat or
  /// message.
  public internal(set) var kind: String?
  /// The page, button or line through which the client came.
  public internal(set) var entryPoint: String?
  /// How it was closed, as stated; nil while it is open.
  public internal(set) var closeKind: String?
  /// The tags, sorted.
  public internal(set) var tags: [String] = []
  /// What missed deadlines were put down to, each code once, sorted.
  public internal(set) var causes: [String] = []
  /// By which template the last human reply was written, in order of time; nil: without one.
  public internal(set) var templates: [Period] = []
  /// The calendar by which its policy counts, in order of time, the empty id for around the clock; no
  /// periods unless they were asked for.
  public package(set) var calendars: [Period] = []

  /// Nothing is known of it.
  public init() {}

  /// What held at an instant; nil before the first period.
  static func period(at instant: Timestamp, in periods: [Period]) -> Period? {
    periods.last { $0.from <= instant }
  }
}
