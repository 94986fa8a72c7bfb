import CasefileModel
import CasefileProjections

extension DeadlinePolicy {
  /// The clocks in the order of their kinds.
  var sortedClocks: [ClockTerms] { ClockName.allCases.compactMap { clocks[$0] } }

  /// One line of `policy list`.
  var summary: JSONValue {
    [
      "policy": .string(id), "version": .int(version), "name": JSONValue(name),
      "effectiveFrom": JSONValue(effectiveFrom), "mode": JSONValue(mode?.name),
      "rank": rank.map { .int($0) } ?? .null,
      "clocks": .array(sortedClocks.map { .string($0.clock.rawValue) }),
      "position": JSONValue(position?.rawValue),
    ]
  }

  /// All of it.
  var json: JSONValue {
    guard case .object(var members) = summary else { return summary }
    members.removeAll { $0.name == "clocks" }
    members.append(.init("clocks", .array(sortedClocks.map(\.json))))
    members.append(
      .init(
        "rules",
        .array(
          rules.map { rule in
            [
              "ruleId": .string(rule.ruleId),
              "conditions": .array(
                rule.conditions.map {
                  [
                    "field": .string($0.field),
                    "relation": .string($0.relation?.name ?? "oneOf"),
                    "values": .array($0.values.map { .string($0) }),
                  ]
                }),
            ]
          })))
    return .object(members)
  }

  /// Every value of it by its path, to compare two versions.
  var leaves: [String: JSONValue] {
    var leaves: [String: JSONValue] = [:]
    func add(_ value: JSONValue, _ path: String) {
      switch value {
      case .object(let members):
        for member in members {
          add(member.value, path.isEmpty ? member.name : "\(path).\(member.name)")
        }
      case .array(let elements) where elements.contains { $0["clock"] != nil }:
        for element in elements {
          if case .string(let name)? = element["clock"] { add(element, "\(path).\(name)") }
        }
      default: leaves[path] = value
      }
    }
    add(json, "")
    leaves["position"] = nil
    leaves["version"] = nil
    return leaves
  }

  /// The paths whose values another version has otherwise, sorted.
  func differences(from other: DeadlinePolicy) -> [String] {
    let mine = leaves
    let others = other.leaves
    return Set(mine.keys).union(others.keys).sorted().filter { mine[$0] != others[$0] }
  }
}

extension ClockTerms {
  private func words(_ events: Set<ClockEvent>) -> [String] {
    events.map { $0.name ?? "\($0.rawValue)" }.sorted()
  }

  fileprivate var json: JSONValue {
    func list(_ words: [String]) -> JSONValue { .array(words.map { .string($0) }) }
    return [
      "clock": .string(clock.rawValue), "targetSec": targetSeconds.map { .int($0) } ?? .null,
      "targetSecByPriority": .object(
        targetSecondsByPriority.sorted { $0.key < $1.key }.map { .init($0.key, .int($0.value)) }),
      "calendar": JSONValue(calendar),
      "pauseOn": list(pauseOn.map { $0.name ?? "\($0.rawValue)" }.sorted()),
      "startOn": list(words(startOn)), "stopOn": list(words(stopOn)),
      "stopStatuses": list(stopStatuses.sorted()), "reopen": JSONValue(reopen.name),
      "warnBeforeSec": .array(warnBeforeSeconds.map { .int($0) }),
    ]
  }
}
