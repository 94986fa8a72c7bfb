import CasefileModel

/// Something that happened on a call, or outside of the tracked channels, with what findings ask of it.
///
/// No text and no address: a row of a view keeps it, so that calls are judged without the log.
struct CallAct: Hashable, Sendable {
  enum Kind: UInt8, Sendable {
    case offered, answered, abandoned, recordingMissing, untracked, transferred
  }

  let kind: Kind
  /// When it happened, by its source.
  let at: Timestamp
  /// Its place in domain order.
  let effectiveAt: Timestamp
  let position: Position
  var call: String?
  /// The agent whom the event names.
  var agent: String?
  /// The agent who wrote it down.
  var actor: String?
  /// When the call began, of an offer; when it was answered, of an answer.
  var moment: Timestamp?
  /// How long somebody waited, or how long an untracked contact lasted.
  var seconds: Int64?
  var rings: Int64?
  /// The channel, or why a recording is missing.
  var word: String?
  var isOutbound = false

  private init(_ kind: Kind, _ entry: TicketEntry) {
    self.kind = kind
    at = entry.occurredAt
    effectiveAt = entry.effectiveAt
    position = entry.position
    actor = entry.actor.kind == .agent ? entry.actor.id : nil
  }

  /// The types of events that are such an act.
  static let types: Set<UInt32> = [
    CallOffered.type.number, CallAnswered.type.number, CallAbandoned.type.number,
    CallRecordingMissing.type.number, ChannelUntrackedContactReported.type.number,
    CallTransferred.type.number,
  ]

  /// Those among entries, in their order; what can't be read is none.
  static func acts(in entries: [TicketEntry]) -> [CallAct] {
    entries.compactMap { types.contains($0.typeNumber) ? CallAct($0) : nil }
  }

  private init?(_ entry: TicketEntry) {
    switch entry.typeNumber {
    case CallOffered.type.number:
      guard let payload = try? entry.payload(CallOffered.self) else { return nil }
      self.init(.offered, entry)
      call = payload.callId
      moment = payload.startedAt
      isOutbound = payload.direction == .outbound
    case CallAnswered.type.number:
      guard let payload = try? entry.payload(CallAnswered.self) else { return nil }
      self.init(.answered, entry)
      call = payload.callId
      agent = payload.agentId
      moment = payload.answeredAt
      seconds = payload.waitSeconds
      rings = payload.rings
    case CallAbandoned.type.number:
      guard let payload = try? entry.payload(CallAbandoned.self) else { return nil }
      self.init(.abandoned, entry)
      call = payload.callId
      seconds = payload.waitSeconds
    case CallRecordingMissing.type.number:
      guard let payload = try? entry.payload(CallRecordingMissing.self) else { return nil }
      self.init(.recordingMissing, entry)
      call = payload.callId
      word = payload.reason?.word
    case CallTransferred.type.number:
      guard let payload = try? entry.payload(CallTransferred.self) else { return nil }
      self.init(.transferred, entry)
      call = payload.callId
    case ChannelUntrackedContactReported.type.number:
      guard let payload = try? entry.payload(ChannelUntrackedContactReported.self) else {
        return nil
      }
      self.init(.untracked, entry)
      agent = payload.agentId
      word = payload.channel?.word
      seconds = payload.durationSeconds
    default: return nil
    }
  }
}

extension CallAct: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(byte: kind.rawValue)
    writer.put(at)
    writer.put(effectiveAt)
    writer.put(position)
    for text in [call, agent, actor, word] { writer.put(text) }
    writer.put(moment)
    for number in [seconds, rings] { writer.put(number) }
    writer.put(isOutbound)
  }

  init(from reader: inout RowReader) throws(RowError) {
    guard let kind = Kind(rawValue: try reader.byte()) else { throw RowError() }
    self.kind = kind
    at = try reader.get()
    effectiveAt = try reader.get()
    position = try reader.get()
    call = try reader.get()
    agent = try reader.get()
    actor = try reader.get()
    word = try reader.get()
    moment = try reader.get()
    seconds = try reader.get()
    rings = try reader.get()
    isOutbound = try reader.get()
  }
}
