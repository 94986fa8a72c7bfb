/// The words of a command line: `--name value`, `--flag`, and the rest.
package struct Arguments {
  private var words: [String]

  package init(_ words: [String] = Array(CommandLine.arguments.dropFirst())) { self.words = words }

  /// Takes a flag away; true if it was there.
  package mutating func flag(_ name: String) -> Bool {
    guard let index = words.firstIndex(of: name) else { return false }
    words.remove(at: index)
    return true
  }

  /// Takes an option and its value away.
  ///
  /// - Throws: `UsageError` for an option without a value.
  package mutating func option(_ name: String) throws -> String? {
    guard let index = words.firstIndex(of: name) else { return nil }
    guard index + 1 < words.count else { throw UsageError("\(name) needs a value") }
    words.remove(at: index)
    return words.remove(at: index)
  }

  /// Takes an option with a number away.
  ///
  /// - Throws: `UsageError` for anything but a number.
  package mutating func number<Number: FixedWidthInteger>(
    _ name: String, default standard: Number
  ) throws -> Number {
    guard let text = try option(name) else { return standard }
    guard let number = Number(text) else { throw UsageError("\(name) needs a number, not \(text)") }
    return number
  }

  /// Takes the next word away.
  ///
  /// - Throws: `UsageError` if there is none.
  package mutating func word(_ meaning: String) throws -> String {
    guard !words.isEmpty else { throw UsageError("\(meaning) is missing") }
    return words.removeFirst()
  }

  /// Takes the next word away, which is a number.
  ///
  /// - Throws: `UsageError` if there is none.
  package mutating func numberWord<Number: FixedWidthInteger>(_ meaning: String) throws -> Number {
    let text = try word(meaning)
    guard let number = Number(text) else { throw UsageError("\(meaning) is no number: \(text)") }
    return number
  }

  /// Refuses what nobody took.
  ///
  /// - Throws: `UsageError` naming the first word that is left.
  package func finish() throws {
    if let first = words.first { throw UsageError("unknown argument \(first)") }
  }
}

/// A command line that can't be understood.
package struct UsageError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
