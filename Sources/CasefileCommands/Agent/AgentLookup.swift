import Casefile
import CasefileModel
import CasefileProjections

/// Finds whom somebody may have meant who asks for an agent that there is not.
struct AgentLookup {
  private let store: Store

  init(_ store: Store) { self.store = store }

  /// The failure, with the ids that were nearly the same, or whose names are what was given.
  func notFound(_ id: String) throws -> CommandFailure {
    let duties = try store.agentDuties()
    let known = try store.agentsOfTickets().union(duties.keys)
      .union(try store.agentContacts().keys)
    return .notFound(
      "there is no agent \(id) in this store"
        + AgentLookup.hint(id, among: known, named: AgentLookup.named(id, duties)))
  }

  /// The agents of whom every word of a text begins a word of the name.
  static func named(_ text: String, _ duties: [String: AgentDuty]) -> [String] {
    let words = words(in: text)
    guard !words.isEmpty else { return [] }
    return duties.values.filter { duty in
      let known = AgentLookup.words(
        in: [duty.name, duty.displayName].compactMap { $0 }.joined(separator: " "))
      return words.allSatisfy { word in known.contains { $0.hasPrefix(word) } }
    }.map(\.agent).sorted { $0.isBefore($1) }
  }

  private static func words(in text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }
      .map { String($0).replacing("ё", with: "е") }
  }

  /// A question for the ids that may have been meant.
  static func hint(_ id: String, among known: Set<String>, named: [String] = []) -> String {
    guard !known.isEmpty else { return "; it names no agent at all" }
    let bare = id.hasPrefix("agent/") ? String(id.dropFirst("agent/".count)) : id
    if known.contains(bare) { return "; is it \(bare)?" }
    if !named.isEmpty {
      let shown = named.prefix(3).joined(separator: ", or ")
      return "; is it \(shown)" + (named.count > 3 ? ", or one of \(named.count - 3) more" : "")
        + "?"
    }
    let near = NearMatch.best(for: bare, in: known.sorted { $0.isBefore($1) })
    return near.map { "; is it \($0)?" } ?? "; casefile agent list names those that are"
  }
}
