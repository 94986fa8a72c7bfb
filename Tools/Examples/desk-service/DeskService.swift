import Casefile
import Foundation

/// A small service with the store in its own process.
struct DeskService {
  let store: Store
  private let cursor: String

  // snippet: open
  /// Opens the store, or makes it on the first run.
  init(directory: String) throws {
    let configuration = Store.Configuration(schema: try RefundPaid.schema())
    do {
      store = try Store.open(at: directory, configuration: configuration)
    } catch let error as LogError where error.code == .storeMissing {
      store = try Store.create(
        at: directory, origin: "desk.example/tickets", configuration: configuration)
    }
    cursor = directory + ".cursor.json"
  }
  // end

  // snippet: append
  /// Records what happened as it happened: the store judges the form only.
  func recordContact(ticket: String, client: String, words: String) async throws -> [Appended] {
    let stream = try StreamID.ticket(ticket)
    let now = SystemClock.now()
    let actor = Actor(.client, client)
    return try await store.append(
      [
        Event(
          TicketOpened(number: ticket, clientId: client, channel: .email), on: stream, at: now,
          by: actor, tags: ["client:\(client)"]),
        Event(
          MessageReceived(messageId: "m-\(ticket)-1", channel: .email, body: words), on: stream,
          at: now, by: actor, tags: ["client:\(client)"]),
      ],
      if: .newStream(stream))
  }
  // end

  // snippet: perform
  /// Acts on a ticket: what the ticket speaks against is refused, and nothing is stored.
  func take(_ ticket: String, agent: String, request: EventID? = nil) async throws -> String {
    do {
      let taken = try await store.perform(
        .take, on: ticket, by: Actor(.agent, agent), request: request)
      return "\(taken.state.assignee ?? "nobody") holds ticket \(ticket)"
    } catch let refusal as TicketRefusal {
      // An answer for the agent, not a failure of the service.
      return "refused: \(refusal.message)"
    }
  }
  // end

  // snippet: own-decision
  /// Pays a refund, at most one a ticket: decided and stored together with the proposal.
  func refund(_ ticket: String, kopecks: Int64, agent: String) async throws -> Bool {
    let paid = try await store.perform(on: ticket, by: Actor(.agent, agent)) { decisions in
      guard let client = decisions.state.client, !decisions.state.tags.contains("refunded")
      else { return [] }
      let solved = ResolutionProposed(summary: "The price was paid back.")
      return [
        decisions.event(
          RefundPaid(clientId: client, kopecks: kopecks), tags: ["client:\(client)"]),
        decisions.event(TicketTagged(tag: "refunded")),
      ] + (try decisions.decide(.proposeResolution(solved)).events)
    }
    return !paid.appended.isEmpty
  }
  // end

  // snippet: follow
  /// Works off the events that came since the last run, up to the head, and keeps where it is.
  func catchUp() async throws -> (worked: Int, progress: Progress) {
    var progress = try Progress.read(from: cursor)
    let first = Position(progress.next)
    guard let head = try store.head, first <= head else { return (0, progress) }
    let projection = RefundTotals()
    var worked = 0
    for try await event in store.follow(from: first) {
      for key in try projection.keys(of: event) {
        progress.totals[key] = try projection.apply(event, to: progress.totals[key], key: key)
      }
      progress.next = event.position.next.rawValue
      worked += 1
      // A service that stays would go on; it writes its cursor every so many events.
      if event.position >= head { break }
    }
    try progress.write(to: cursor)
    return (worked, progress)
  }
  // end

  // snippet: reviewer
  /// A ticket as a reviewer asks for it: as it was at a time, by what was known at a time.
  func review(
    _ ticket: String, asOf: Timestamp? = nil, knownAt: KnownAt? = nil
  ) throws -> String {
    let session = store.session(
      actor: Actor(.reviewer, "rv-1"), purpose: .audit, visibility: .internal)
    guard let seen = try session.ticket(ticket, asOf: asOf, knownAt: knownAt) else {
      return "ticket \(ticket) was not known"
    }
    return "ticket \(ticket) \(seen.state.status.name ?? "?"), held by "
      + "\(seen.state.assignee ?? "nobody"), \(seen.withheld.count) events withheld"
  }
  // end
}
