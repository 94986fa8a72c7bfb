/// Reads values for named places; errors name the place and the kind that was found, never a text.
extension JSONValue {
  package func asText(_ place: String) throws(ModelError) -> String {
    guard case .string(let text) = self else {
      throw ModelError(.wrongType, "\(place) is \(kindName); it should be a text")
    }
    return text
  }

  package func asInt(_ place: String) throws(ModelError) -> Int64 {
    guard case .int(let value) = self else {
      throw ModelError(.wrongType, "\(place) is \(kindName); it should be a 64-bit integer")
    }
    return value
  }

  package func asBool(_ place: String) throws(ModelError) -> Bool {
    guard case .bool(let value) = self else {
      throw ModelError(.wrongType, "\(place) is \(kindName); it should be true or false")
    }
    return value
  }

  package func asTime(_ place: String) throws(ModelError) -> Timestamp {
    guard let time = Timestamp(try asText(place)) else {
      throw ModelError(
        .timeOutOfRange,
        "\(place) is no time between 1900 and 9999 such as 2026-03-02T14:05:00+03:00")
    }
    return time
  }

  package func asBytes(_ place: String) throws(ModelError) -> [UInt8] {
    guard let bytes = Hex.decode(try asText(place)) else {
      throw ModelError(.wrongType, "\(place) should be hexadecimal digits")
    }
    return bytes
  }

  package func asEventID(_ place: String) throws(ModelError) -> EventID {
    guard let id = EventID(try asText(place)) else {
      throw ModelError(.invalidID, "\(place) should be an event id (a UUID of 36 characters)")
    }
    return id
  }

  package func asMap<Value>(
    _ place: String, _ convert: (JSONValue, String) throws(ModelError) -> Value
  ) throws(ModelError) -> [String: Value] {
    guard case .object(let members) = self else {
      throw ModelError(.wrongType, "\(place) is \(kindName); it should be an object")
    }
    var map: [String: Value] = [:]
    for member in members { map[member.name] = try convert(member.value, "\(place).…") }
    return map
  }
}
