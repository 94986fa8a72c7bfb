import Casefile
import CasefileModel
import CasefileProjections

/// What an option of a list names, where the list came out empty: an empty list is no answer about
/// somebody or something that was mistyped.
struct FilterLookup {
  /// What the options name; nil: not asked for.
  var agent: String?
  var group: String?
  var client: String?
  var channel: String?
  var topic: String?
  var tag: String?

  /// Ends with the answer no where any of them is nowhere in the store, at whatever moment.
  ///
  /// - Throws: a failure `notFound` that says what may have been meant.
  /// - Complexity: what is registered; where it is not among that, every ticket's state once.
  func refuseUnknown(in store: Store) throws {
    var missing: [String] = []
    if let agent, try store.agentHistory(of: agent) == nil {
      missing.append(try AgentLookup(store).notFound(agent).message)
    }
    if let client, try store.client(client) == nil {
      missing.append(try ClientLookup(store).notFound(client).message)
    }
    missing += try unknownWords(in: store)
    guard missing.isEmpty else { throw CommandFailure.notFound(missing.joined(separator: "; ")) }
  }

  private enum Kind: String { case group, topic, channel, tag }

  private func unknownWords(in store: Store) throws -> [String] {
    let asked: [(kind: Kind, word: String)] = [
      (.group, group), (.topic, topic), (.channel, channel), (.tag, tag),
    ].compactMap { kind, word in word.map { (kind, $0) } }
    guard !asked.isEmpty else { return [] }
    var known: [Kind: Set<String>] = [.channel: Set(Channel.names.map(\.0))]
    let types: Set<UInt32> = [GroupRegistered.type.number, TopicRegistered.type.number]
    try store.read(EventReadOptions(query: EventQuery(types: types))) { event in
      let stream = event.envelope.stream
      Kind(rawValue: stream.kind).map { _ = known[$0, default: []].insert(stream.id) }
      return true
    }
    func isMissing(_ one: (kind: Kind, word: String)) -> Bool {
      known[one.kind]?.contains(one.word) != true
    }
    guard asked.contains(where: isMissing) else { return [] }
    try store.tickets { summary in
      let state = summary.state
      known[.group, default: []].formUnion(
        [state.group].compactMap { $0 }
          + state.groupChanges.flatMap { [$0.from, $0.to] }
          .compactMap { $0 })
      if let topic = state.topic { known[.topic, default: []].insert(topic) }
      known[.channel, default: []].formUnion(state.channels)
      known[.tag, default: []].formUnion(state.tags)
      return true
    }
    return asked.filter(isMissing).map { kind, word in
      FilterLookup.text(kind.rawValue, word, among: known[kind] ?? [])
    }
  }

  /// Says that there is nothing of that name, and what may have been meant.
  static func text(_ kind: String, _ word: String, among known: Set<String>) -> String {
    let sorted = known.sorted { $0.isBefore($1) }
    let same = sorted.first { $0.lowercased() == word.lowercased() }
    let bare = word.hasPrefix("\(kind)/") ? String(word.dropFirst(kind.count + 1)) : word
    let meant = known.contains(bare) ? bare : same ?? NearMatch.best(for: bare, in: sorted)
    // A few can be named; of many the nearest one alone helps.
    let all =
      sorted.isEmpty
      ? "it names none at all"
      : sorted.count <= 12
        ? "there are: " + sorted.joined(separator: ", ") : "there are \(sorted.count) others"
    return "there is no \(kind) \(word) in this store; "
      + (meant.map { "is it \($0)?" } ?? all)
  }
}
