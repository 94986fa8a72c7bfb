import CasefileModel
import CasefileProjections

/// Policies for people.
struct PolicyText {
  private let voice: Voice
  private var phrases: any Phrases { voice.phrases }

  init(_ voice: Voice) { self.voice = voice }

  /// All of a version.
  func lines(_ policy: DeadlinePolicy, width: Int) -> [String] {
    var texts = [phrases.versionTitle(policy.id, policy.version, name: policy.name)]
    texts.append(
      phrases.inForce(
        from: voice.zone.text(policy.effectiveFrom), position: policy.position.map { "#\($0)" }))
    if let mode = policy.mode {
      texts.append(phrases.otherVersions(phrases.word(mode.word, of: "PolicyMode")))
    }
    if let rank = policy.rank { texts.append(phrases.rank(rank)) }
    texts += policy.rules.map { rule in
      phrases.rule(
        rule.ruleId,
        rule.conditions.map {
          phrases.condition(phrases.label($0.field), $0.relation ?? .oneOf, $0.values)
        })
    }
    texts += policy.sortedClocks.map(text)
    return texts.flatMap { DisplayWidth.wrap(VisibleText.escape($0), to: width) }
  }

  /// What differs between two versions.
  func lines(_ before: DeadlinePolicy, to after: DeadlinePolicy, width: Int) -> [String] {
    let old = before.leaves
    let new = after.leaves
    let texts = before.differences(from: after).map { path in
      "\(name(of: path)): \(text(old[path], path)) → \(text(new[path], path))"
    }
    return (texts.isEmpty ? [phrases.noDifference] : texts)
      .flatMap { DisplayWidth.wrap(VisibleText.escape($0), to: width) }
  }

  private func text(_ terms: ClockTerms) -> String {
    func events(_ events: Set<ClockEvent>) -> [String] {
      events.sorted { $0.rawValue < $1.rawValue }
        .map { phrases.word($0.word, of: "ClockEvent") }
    }
    var targets = terms.targetSeconds.map { [DeadlineText.duration($0, phrases)] } ?? []
    targets += terms.targetSecondsByPriority.sorted { $0.key < $1.key }
      .map { "\($0.key) \(DeadlineText.duration($0.value, phrases))" }
    return phrases.terms(
      ClockTermsPhrase(
        name: phrases.word(terms.clock.rawValue, of: nil), targets: targets,
        calendar: terms.calendar,
        pauses: terms.pauseOn.sorted { $0.rawValue < $1.rawValue }
          .map { phrases.word($0.word, of: "WaitReason") },
        starts: events(terms.startOn), stops: events(terms.stopOn),
        statuses: terms.stopStatuses.sorted(),
        reopen: phrases.word(terms.reopen.word, of: "ReopenMode")))
  }

  // MARK: Differences

  /// `clocks.firstReply.targetSec` is the target of the first reply.
  private func name(of path: String) -> String {
    path.split(separator: ".").filter { $0 != "clocks" }.map { part in
      if let field = PolicyField(rawValue: String(part)) { return phrases.label(field) }
      if ClockName(rawValue: String(part)) != nil { return phrases.word(String(part), of: nil) }
      return String(part)
    }.joined(separator: ", ")
  }

  private func text(_ value: JSONValue?, _ path: String) -> String {
    switch value {
    case nil, .null?: return "–"
    case .int(let seconds)? where path.contains(".targetSec"):
      return DeadlineText.duration(seconds, phrases)
    case .array(let values)?:
      if values.isEmpty { return "–" }
      return values.map { word($0, path) }.joined(separator: ", ")
    case .some(let value): return word(value, path)
    }
  }

  private func word(_ value: JSONValue, _ path: String) -> String {
    if case .int(let seconds) = value, path.hasSuffix(".warnBeforeSec") {
      return DeadlineText.duration(seconds, phrases)
    }
    guard case .string(let word) = value else { return value.text }
    let enumerations = [
      "pauseOn": "WaitReason", "startOn": "ClockEvent", "stopOn": "ClockEvent",
      "reopen": "ReopenMode", "mode": "PolicyMode",
    ]
    guard let enumeration = enumerations[String(path.split(separator: ".").last ?? "")] else {
      return path == "effectiveFrom" ? time(word) : word
    }
    return phrases.word(word, of: enumeration)
  }

  private func time(_ text: String) -> String {
    Timestamp(text).map(voice.zone.text) ?? text
  }
}
