/// Says a number of seconds in its two largest units.
struct DurationUnits: Sendable {
  let second: String
  let minute: String
  let hour: String
  let day: String

  /// Such as `1 h 5 min`.
  func text(_ seconds: Int64) -> String {
    if seconds < 60 { return "\(seconds) \(second)" }
    if seconds < 3600 { return pair(seconds / 60, minute, seconds % 60, second) }
    let minutes = seconds / 60
    // Up to two days people count in hours.
    if minutes < 48 * 60 { return pair(minutes / 60, hour, minutes % 60, minute) }
    return pair(minutes / 60 / 24, day, minutes / 60 % 24, hour)
  }

  private func pair(_ large: Int64, _ unit: String, _ small: Int64, _ smaller: String) -> String {
    small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(smaller)"
  }
}
