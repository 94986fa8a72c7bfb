import CasefileModel
import CasefileProjections

/// Writes one entry as a row.
struct RowWriter {
  private let voice: Voice
  private let length: TextLength
  private let hasSeveralTickets: Bool
  /// Where the events stand that amendments name, and of which type they are.
  private let targets: [String: (position: Position, type: String)]

  init(_ file: CaseView, voice: Voice, length: TextLength) {
    self.voice = voice
    self.length = length
    hasSeveralTickets = !file.related.isEmpty
    targets = Dictionary(
      file.rows.map {
        ($0.entry.event.envelope.id.description, ($0.entry.position, $0.entry.typeName))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The row, and how many of its texts were cut or left out.
  func row(_ row: CaseView.Row) -> (row: TicketTimeline.Row, cut: Int) {
    let entry = row.entry
    let sentence = voice.sentence(
      for: entry.typeName, data(of: entry), by: entry.actor, at: entry.occurredAt)
    var cut = 0
    let quotes = sentence.quotes.compactMap { quote -> Sentence.Quote? in
      let text = length.apply(quote.text)
      if text != quote.text { cut += 1 }
      return text.map { Sentence.Quote(label: quote.label, text: $0) }
    }
    let written = TicketTimeline.Row(
      day: voice.zone.day(entry.occurredAt), time: voice.zone.text(entry.occurredAt),
      ticket: hasSeveralTickets ? VisibleText.escape(row.view.ticket) : nil,
      isContact: row.view.isContact,
      who: VisibleText.escape(voice.actor(entry.actor, at: entry.occurredAt)),
      what: VisibleText.escape(sentence.what), how: EntryNote.text(entry, voice.phrases),
      quotes: quotes,
      holder: holder(row.view.state, at: entry.effectiveAt), position: entry.position,
      title: voice.title(of: entry.typeName))
    return (written, cut)
  }

  private func holder(_ state: TicketState, at instant: Timestamp) -> String? {
    state.responsibility.last { span in
      span.from <= instant && span.until.map { instant < $0 } ?? true
    }.map { voice.names.text(.agent, $0.holder, at: instant) }
  }

  /// The fields for a sentence, corrections applied. Fields that can't be read are named in the
  /// head, and the row still stands.
  private func data(of entry: TicketEntry) -> JSONValue {
    let schema = voice.schema
    let data = entry.correctedData ?? (try? schema.data(of: entry.event).data) ?? .object([])
    guard entry.isAmendment, case .object(let members) = data,
      case .string(let id)? = data["targetEventId"]
    else { return data }
    return .object(amended(members, target: targets[id]))
  }

  /// An amendment in words: its target by the row, the field by its name, values by their kind.
  private func amended(
    _ members: [JSONValue.Member], target: (position: Position, type: String)?
  ) -> [JSONValue.Member] {
    let path = members.first { $0.name == "field" }?.value
    let name: String? = if case .string(let text)? = path { text } else { nil }
    let field = target.flatMap { target in
      voice.schema.descriptor(named: target.type)?.fields.first { $0.name == name }
    }
    return members.map { member in
      switch (member.name, member.value) {
      case ("targetEventId", _):
        guard let target else { return member }
        return JSONValue.Member(member.name, .string("#\(target.position)"))
      case ("field", .string(let text)):
        return JSONValue.Member(member.name, .string(voice.phrases.label(text)))
      case ("newValue", .string(let text)), ("oldValue", .string(let text)):
        return JSONValue.Member(member.name, .string(word(text, field, path: name)))
      default: return member
      }
    }
  }

  private func word(_ text: String, _ field: EventSchema.Field?, path: String?) -> String {
    if case .enumeration(let name)? = field?.kind {
      return voice.phrases.quoted(voice.phrases.word(text, of: name))
    }
    let isTime = path == "occurredAt" || field?.kind == .time
    return isTime ? Timestamp(text).map(voice.zone.text) ?? text : text
  }
}
