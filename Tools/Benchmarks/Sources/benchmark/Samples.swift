internal import Workload

/// What was measured, by name, a value a round.
struct Samples {
  private var values: [String: [Double]] = [:]

  mutating func add(_ name: String, _ value: Double) { values[name, default: []].append(value) }

  mutating func add(_ name: String, _ cost: Cost) {
    add(name, cost.rate)
    add(Samples.processor(name), cost.processorMicroseconds)
  }

  /// The name of the microseconds of processor time an event that belong to a rate.
  static func processor(_ name: String) -> String { name + ".cpu" }

  /// The median of the rounds; nil for what was not measured.
  func median(_ name: String) -> Double? { values[name]?.median }

  /// The lowest and the highest round.
  func range(_ name: String) -> (low: Double, high: Double)? {
    guard let all = values[name], let low = all.min(), let high = all.max() else { return nil }
    return (low, high)
  }

  var all: [String: [Double]] { values }
}

/// One line of the report.
struct Figure: Sendable {
  let name: String
  let label: String
  let unit: String
}

/// A figure divided by another one, or by 1, beside its target.
struct Comparison: Sendable {
  enum Target: Sendable {
    case atLeast(Double)
    case atMost(Double)

    var text: String {
      switch self {
      case .atLeast(let value): "≥ \(value.text(2))"
      case .atMost(let value): "≤ \(value.text(2))"
      }
    }

    func isMet(_ value: Double) -> Bool {
      switch self {
      case .atLeast(let limit): value >= limit
      case .atMost(let limit): value <= limit
      }
    }
  }

  let label: String
  let top: String
  /// Nil where the figure itself has a target.
  let bottom: String?
  let target: Target
  /// Figures of programs that do only what the target asks for; the best one is the limit.
  let limits: [String]
  /// What they are divided by.
  let limitBottom: String?

  init(
    _ label: String, _ top: String, over bottom: String? = nil, _ target: Target,
    limits: [String] = [], limitsOver limitBottom: String? = nil
  ) {
    self.label = label
    self.top = top
    self.bottom = bottom
    self.target = target
    self.limits = limits
    self.limitBottom = limitBottom ?? bottom
  }

  /// What the best of the limit programs reaches by the same measure.
  func limit(_ samples: Samples) -> Double? {
    let values = limits.compactMap { value($0, over: limitBottom, samples) }
    switch target {
    case .atLeast: return values.max()
    case .atMost: return values.min()
    }
  }

  /// The same by processor time; the one that is cheapest.
  func processorLimit(_ samples: Samples) -> Double? {
    limits.compactMap { processorValue($0, samples) }.max()
  }

  /// Whether the target is met; where it is not, whether any program can meet it here.
  func verdict(_ samples: Samples) -> String? {
    guard let value = value(samples) else { return nil }
    if target.isMet(value) { return "met" }
    guard let limit = limit(samples), !target.isMet(limit) else { return "missed" }
    return "above the limit here"
  }

  func value(_ samples: Samples) -> Double? {
    value(top, over: bottom, samples)
  }

  private func value(_ top: String, over bottom: String?, _ samples: Samples) -> Double? {
    guard let top = samples.median(top) else { return nil }
    guard let bottom else { return top }
    return samples.median(bottom).map { top / $0 }
  }

  /// The same ratio by processor time, which other processes disturb less; nil for latencies.
  func processorValue(_ samples: Samples) -> Double? { processorValue(top, samples) }

  private func processorValue(_ top: String, _ samples: Samples) -> Double? {
    guard let bottom, let cost = samples.median(Samples.processor(top)),
      let limit = samples.median(Samples.processor(bottom))
    else { return nil }
    return limit / cost
  }
}

/// Which figures are measured.
enum Only {
  /// Whether a figure is among those that were asked for, all without a choice.
  static func covers(_ figure: String, _ only: String?) -> Bool {
    only?.split(separator: ",").contains { $0 == figure } ?? true
  }
}
