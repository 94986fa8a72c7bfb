// Rows of views and states of an embedder's projections are kept as JSON; there the model's values
// are single numbers and texts. The log itself has a codec of its own.

extension Timestamp: Codable {
  /// Reads the microseconds since 1970 UTC.
  public init(from decoder: any Decoder) throws {
    self.init(microseconds: try decoder.singleValueContainer().decode(Int64.self))
  }

  /// Writes the microseconds since 1970 UTC.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(microseconds)
  }
}

extension EventID: Codable {
  /// Reads the 36-character text form.
  ///
  /// - Throws: `DecodingError` for any other text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let id = EventID(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "an event id is a UUID of 36 characters")
    }
    self = id
  }

  /// Writes the 36-character text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension StreamID: Codable {
  /// Reads a name that was accepted once.
  public init(from decoder: any Decoder) throws {
    self.init(stored: try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the whole name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Position: Codable {}
extension StreamVersion: Codable {}
