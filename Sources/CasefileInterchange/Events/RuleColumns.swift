/// The columns that a table's rules read, each once, with the strictest demand of its uses.
struct RuleColumns: Sendable {
  private(set) var names: [String] = []
  private(set) var rules: [ValuePool.Rule] = []
  private var places: [String: Int] = [:]

  /// The place of a column among a row's cells; `rule` says what its values must be for this use.
  mutating func place(of name: String, _ rule: ValuePool.Rule) -> Int {
    guard let place = places[name] else {
      places[name] = names.count
      names.append(name)
      rules.append(rule)
      return names.count - 1
    }
    if rule.strictness > rules[place].strictness { rules[place] = rule }
    return place
  }
}

extension ValuePool.Rule {
  fileprivate var strictness: Int {
    switch self {
    case .free: 0
    case .plain: 1
    case .id: 2
    }
  }
}
