import CasefileModel
import CasefileProjections

/// A finding as a sentence's parts, each in words already.
struct FindingWords {
  let code: FindingCode
  var agents: [String] = []
  var groups: [String] = []
  var agent: String?
  var duration: String?
  var limit: String?
  /// The calendar by whose working time the duration is measured.
  var calendar: String?
  var count: Int64?
  var word: String?
  var other: String?
  var until: String?
}

/// Findings for people.
struct FindingText {
  private let voice: Voice
  private var phrases: any Phrases { voice.phrases }

  init(_ voice: Voice) { self.voice = voice }

  /// Whose names a finding's sentence needs.
  static func people(in finding: Finding) -> Set<People.Key> {
    let agents = finding.details.agents + [finding.agent].compactMap { $0 }
    let groups = finding.details.groups + [finding.group].compactMap { $0 }
    return Set(agents.map { .agent($0) } + groups.map { .group($0) })
  }

  /// What it says, in one sentence.
  func sentence(_ finding: Finding) -> String {
    let details = finding.details
    var words = FindingWords(code: finding.code)
    words.agents = details.agents.map { voice.names.text(.agent, $0, at: finding.at) }
    words.groups = details.groups.map { voice.names.text(.group, $0, at: finding.at) }
    words.agent = finding.agent.map { voice.names.text(.agent, $0, at: finding.at) }
    words.duration = details.seconds.map(phrases.duration)
    words.limit = details.limitSeconds.map(phrases.duration)
    words.calendar = details.calendar
    words.count = details.count
    words.word = details.word.map { word($0, of: finding.code) }
    words.other = details.other.map { other in
      switch finding.code {
      case .closedWithoutConfirmation: phrases.word(other, of: "CloseKind")
      case .labelContradicted: phrases.word(other, of: "TicketStatus")
      default: other
      }
    }
    words.until = details.until.map(voice.zone.text)
    return phrases.sentence(words)
  }

  private func word(_ word: String, of code: FindingCode) -> String {
    switch code {
    case .lateRetarget, .resolvedAndContinued, .recordedLate: voice.title(of: word)
    case .delayWithoutNotice: phrases.word(word, of: "Clock")
    case .closedWithoutConfirmation, .agreementNotKept, .handoffExpired, .deadOfferAccepted: word
    case .labelContradicted: phrases.word(word, of: "TicketStatus")
    case .statedCause: phrases.word(word, of: "CauseCode")
    case .recordingMissing: phrases.word(word, of: "RecordingMissingReason")
    case .absentWithoutHandoff: phrases.word(word, of: "AbsenceKind")
    case .untrackedContact, .channelOutage: phrases.word(word, of: "Channel")
    default: phrases.word(word, of: nil)
    }
  }

  /// The sentence with what proves it.
  private func told(_ finding: Finding) -> String {
    let places = finding.positions.map { "#\($0.rawValue)" }.joined(separator: " ")
    let effects = finding.clocks.map { effect in
      phrases.clockEffect(
        clock: phrases.word(effect.word, of: "Clock"), instance: effect.instance,
        verdict: phrases.word(effect.verdict.word, of: "Verdict"),
        without: effect.verdictWithout.map { phrases.word($0.word, of: "Verdict") })
    }
    return ([sentence(finding) + (places.isEmpty ? "" : " \(places)")] + effects)
      .joined(separator: "; ")
  }

  /// A line of a list.
  func line(_ finding: Finding) -> String {
    "\(finding.ticket ?? finding.contact ?? "")  \(voice.zone.text(finding.at))  \(told(finding))"
  }

  /// All answers on a ticket, escaped, broken at a width.
  func lines(_ findings: TicketFindings, width: Int) -> [String] {
    func wrapped(_ text: String) -> [String] {
      DisplayWidth.wrap(VisibleText.escape(text), to: width)
    }
    var lines = wrapped(
      phrases.findingsTitle(findings.ticket, at: voice.zone.text(findings.evaluatedAt)))
    var clear: [String] = []
    var gaps: [(gap: String, titles: [String])] = []
    for one in findings.answers {
      let code = one.code
      switch one.answer {
      case .found(let found):
        for one in found {
          let text = "\(phrases.title(of: code)): \(voice.zone.text(one.at)) \(told(one))"
          let parts = DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - 6))
          lines += parts.enumerated().map { ($0 == 0 ? "  " : "      ") + $1 }
        }
      case .notFound(let positions):
        let places = positions.map { " #\($0.rawValue)" }.joined()
        clear.append(phrases.title(of: code) + places)
      case .notAssessable(let gap):
        let text = phrases.gap(gap)
        if let index = gaps.firstIndex(where: { $0.gap == text }) {
          gaps[index].titles.append(phrases.title(of: code))
        } else {
          gaps.append((text, [phrases.title(of: code)]))
        }
      }
    }
    if !clear.isEmpty { lines += wrapped(phrases.notFound(clear.joined(separator: ", "))) }
    lines += gaps.flatMap {
      wrapped(phrases.notAssessable($0.titles.joined(separator: ", "), $0.gap))
    }
    return lines + wrapped(FindingText.rules(findings.rules, phrases))
  }

  /// Which rules hold, with the limits that were used.
  static func rules(_ rules: FindingRules, _ phrases: any Phrases) -> String {
    let limits = FindingRules.Threshold.allCases.map {
      "\($0.rawValue) \(rules.value($0, for: $0.code))"
    }
    return phrases.findingRules(
      rules.ruleSet, version: rules.version, limits: limits.joined(separator: ", "))
  }
}

extension Finding.ClockEffect {
  /// The fixed word for what is judged.
  var word: String { clock?.rawValue ?? "promisedDate" }
}
