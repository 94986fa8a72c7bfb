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
struct Figure {
  let name: String
  let label: String
  let unit: String
}

/// A figure divided by another one, or by 1, beside its target.
struct Comparison {
  enum Target {
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

  init(_ label: String, _ top: String, over bottom: String? = nil, _ target: Target) {
    self.label = label
    self.top = top
    self.bottom = bottom
    self.target = target
  }

  func value(_ samples: Samples) -> Double? {
    guard let top = samples.median(top) else { return nil }
    guard let bottom else { return top }
    return samples.median(bottom).map { top / $0 }
  }

  /// The same ratio by processor time, which other processes disturb less; nil for latencies.
  func processorValue(_ samples: Samples) -> Double? {
    guard let bottom, let cost = samples.median(Samples.processor(top)),
      let limit = samples.median(Samples.processor(bottom))
    else { return nil }
    return limit / cost
  }
}
