import CasefileModel
import CasefileProjections

/// The head of a ticket for people: it answers first, before any row.
struct TicketHead {
  let file: CaseView
  let voice: Voice
  let length: TextLength
  private let ink: Ink
  var view: TicketView { file.main }
  var state: TicketState { file.main.state }
  var review: CaseReview { file.main.review }
  var phrases: any Phrases { voice.phrases }

  init(_ file: CaseView, voice: Voice, length: TextLength = .full, ink: Ink = .plain) {
    self.file = file
    self.voice = voice
    self.length = length
    self.ink = ink
  }

  /// One answer; several texts stand below each other.
  struct Answer: Hashable {
    let label: HeadLabel
    let texts: [String]
  }

  /// The lines, escaped, broken at a width.
  func lines(width: Int) -> [String] {
    let title = phrases.title(ticket: view.ticket, subject: shown(state.subject))
    var lines = DisplayWidth.wrap(VisibleText.escape(title), to: width).map(ink.strong)
    let column = HeadLabel.allCases.map { DisplayWidth.of(phrases.label($0)) }.max() ?? 0
    for answer in answers {
      var label = phrases.label(answer.label)
      for text in answer.texts {
        // A text that begins with spaces belongs to the one above it.
        let indent = text.prefix { $0 == " " }
        let room = max(20, width - column - 3 - indent.count)
        let said = VisibleText.escape(String(text.dropFirst(indent.count)))
        for part in DisplayWidth.wrap(said, to: room) {
          let padding = String(repeating: " ", count: column - DisplayWidth.of(label) + 1)
          lines.append("  " + inked(label, answer.label) + padding + indent + part)
          label = ""
        }
      }
    }
    return lines
  }

  private func inked(_ text: String, _ label: HeadLabel) -> String {
    switch label {
    case .gaps, .corrections, .notAssessable: ink.alert(text)
    default: ink.strong(text)
    }
  }

  private var answers: [Answer] {
    moment + about + responsibility + contact + deadlines + outcome + agreements + marks
      + amendments + renamings + sources
  }

  /// Who is called otherwise today than in the rows; the rows have the names of their time.
  private var renamings: [Answer] {
    var seen: Set<String> = []
    var texts: [String] = []
    for row in file.rows where view.isTold(row.entry.position) {
      for key in People.Key.of(row.entry, schema: voice.schema) {
        guard let names = voice.names.renamed(key.kind, key.id, at: row.entry.occurredAt) else {
          continue
        }
        let text = phrases.renamed("\(names.then) (\(key.id))", today: names.today)
        if seen.insert(text).inserted { texts.append(text) }
      }
    }
    return answer(.names, all: texts)
  }

  /// An answer, unless there is none.
  func answer(_ label: HeadLabel, _ text: String?) -> [Answer] {
    text.map { [Answer(label: label, texts: [$0])] } ?? []
  }

  /// Several texts under one label, unless there are none.
  func answer(_ label: HeadLabel, all texts: [String]) -> [Answer] {
    texts.isEmpty ? [] : [Answer(label: label, texts: texts)]
  }

  // MARK: Names, times, texts

  func time(_ time: Timestamp) -> String { voice.zone.text(time) }
  func time(_ time: Timestamp?) -> String? { time.map(voice.zone.text) }
  func agent(_ id: String, at instant: Timestamp?) -> String {
    voice.names.text(.agent, id, at: instant)
  }
  func person(_ id: String, at instant: Timestamp?) -> String {
    let kind: NameBook.Kind = voice.names.name(.client, id, at: instant) == nil ? .agent : .client
    return voice.names.text(kind, id, at: instant)
  }
  /// The name of the instant that was asked for, and today's where it differs.
  func name(_ kind: NameBook.Kind, _ id: String) -> String {
    let then = voice.names.text(kind, id, at: state.evaluatedAt)
    guard let today = voice.names.name(kind, id, at: nil),
      today != voice.names.name(kind, id, at: state.evaluatedAt)
    else { return then }
    return phrases.renamed(then, today: today)
  }
  func group(_ id: String, at instant: Timestamp?) -> String {
    phrases.group(voice.names.text(.group, id, at: instant))
  }
  func duration(from: Timestamp, to: Timestamp) -> String {
    phrases.duration(max(0, to.seconds - from.seconds))
  }
  /// A text in the length that is wanted.
  func shown(_ text: String?) -> String? { text.flatMap { length.apply($0) } }

  // MARK: What it is

  private var moment: [Answer] {
    let question = view.question
    var lines = answer(.trueAt, time(question.asOf))
    switch question.knownAt {
    case .position(let position)?:
      lines += answer(.knownAt, phrases.known(atPosition: "\(position)"))
    case .recorded(let instant)?: lines += answer(.knownAt, time(instant))
    case .sourceClaim(let instant)?:
      lines += answer(
        .knownAt,
        phrases.knownToSource(
          time(instant), unknown: review.provenance.withoutSourceTimeCount))
    case nil: break
    }
    return lines + answer(.times, phrases.times(in: voice.zone.name))
  }

  /// The client's name, and how the client can be reached.
  private func client(_ id: String) -> String {
    let addresses = voice.names.addresses(ofClient: id).map { address in
      address.channel.map { "\(phrases.word($0, of: "Channel")) \(address.text)" } ?? address.text
    }
    return ([name(.client, id)] + addresses).joined(separator: ", ")
  }

  private var about: [Answer] {
    let status = phrases.status(
      phrases.word(state.status.word, of: "TicketStatus"), source: state.sourceStatus,
      isDeleted: state.isDeleted, survivor: state.mergedInto)
    let links = state.links.map {
      phrases.link(phrases.word($0.relation.word, of: "LinkRelation"), ticket: $0.ticket)
    }
    var related = file.related.map { phrases.related($0.view.ticket, $0.relation) }
    if file.omitted > 0 { related.append(phrases.moreRelated(file.omitted)) }
    return answer(.status, status)
      + answer(.client, state.client.map(client) ?? phrases.unknown)
      + answer(
        .participants,
        all: state.participants.map {
          "\(person($0.person, at: nil)), \(phrases.word($0.role.word, of: "ParticipantRole"))"
        })
      + answer(.priority, state.priority)
      + answer(.topic, state.topic.map { name(.topic, $0) })
      + answer(.tags, state.tags.isEmpty ? nil : state.tags.joined(separator: ", "))
      + answer(.links, links.isEmpty ? nil : links.joined(separator: ", "))
      + answer(.absorbed, state.absorbed.isEmpty ? nil : phrases.tickets(state.absorbed))
      + answer(.alsoShown, all: related)
  }
}
