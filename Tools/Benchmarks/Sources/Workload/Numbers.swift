internal import Foundation
internal import Glibc

/// Nanoseconds of a clock that all processes of the machine share.
package enum Monotonic {
  package static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// How many seconds something took.
  package static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = nanoseconds()
    try body()
    return Double(nanoseconds() - start) / 1e9
  }

  /// The processor time that this process has used, kernel included.
  package static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  package static func sleep(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }
}

/// What a number of events cost: time, and processor time, which other processes disturb less.
package struct Cost: Sendable {
  private var seconds = 0.0
  private var processorSeconds = 0.0
  private var events = 0

  package init() {}

  /// Adds what a body costs, which works off so many events.
  package mutating func add(events count: Int, _ body: () throws -> Void) rethrows {
    let cpu = Monotonic.processorSeconds()
    seconds += try Monotonic.seconds(body)
    processorSeconds += Monotonic.processorSeconds() - cpu
    events += count
  }

  /// Adds what a body costs that waits for tasks.
  package mutating func add(events count: Int, _ body: () async throws -> Void) async rethrows {
    let cpu = Monotonic.processorSeconds()
    let start = Monotonic.nanoseconds()
    try await body()
    seconds += Double(Monotonic.nanoseconds() - start) / 1e9
    processorSeconds += Monotonic.processorSeconds() - cpu
    events += count
  }

  /// Events a second.
  package var rate: Double { Double(events) / seconds }
  /// Microseconds of processor time an event, all threads together.
  package var processorMicroseconds: Double { processorSeconds * 1e6 / Double(events) }
}

extension [Double] {
  /// The value that a share of all values lie below.
  package func percentile(_ share: Double) -> Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    return sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }

  /// The middle value, or the mean of the two in the middle.
  package var median: Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}

extension Double {
  /// With a number of digits after the point.
  package func text(_ digits: Int) -> String {
    isFinite ? String(format: "%.\(digits)f", self) : "–"
  }

  /// With a short unit: 1.36 M, 130 k.
  package var short: String {
    switch self {
    case 1_000_000...: "\((self / 1_000_000).text(2)) M"
    case 10_000...: "\((self / 1000).text(0)) k"
    case 1000...: "\((self / 1000).text(1)) k"
    default: text(1)
    }
  }
}

extension String {
  /// Filled up with spaces.
  package func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }

  /// Filled up with spaces on the left.
  package func paddedLeft(_ width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - count)) + self
  }
}
