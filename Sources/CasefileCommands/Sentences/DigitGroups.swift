/// Sets the thousands of a written number apart.
enum DigitGroups {
  /// - Parameters:
  ///   - text: a number as it is written, with or without decimals.
  ///   - mark: what stands before its decimals.
  ///   - separator: what is set between the groups.
  ///   - least: the fewest digits that are grouped.
  static func apart(
    _ text: String, mark: Character, by separator: String, from least: Int
  ) -> String {
    let whole = text.prefix { $0 != mark }
    let digits = whole.drop { !$0.isNumber }
    guard digits.count >= least else { return text }
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { grouped += separator }
      grouped.append(digit)
    }
    return whole.prefix { !$0.isNumber } + grouped + text.dropFirst(whole.count)
  }
}
