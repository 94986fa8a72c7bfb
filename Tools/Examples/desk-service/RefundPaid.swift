import Casefile

// snippet: own-type
/// A refund was paid to a client: an event type of this service's own.
struct RefundPaid: EventPayload {
  var clientId: String
  var kopecks: Int64
  /// Free text may hold anything, so it is content.
  var reason: String?

  /// Own types begin at 10,001. Number and name are never used again for something else.
  static let type = EventType(number: 10_001, name: "acme.refundPaid")

  init(clientId: String, kopecks: Int64, reason: String? = nil) {
    self.clientId = clientId
    self.kopecks = kopecks
    self.reason = reason
  }

  init(from reader: FieldReader) throws(CodecError) {
    clientId = try reader.required(reader.id(1), "clientId")
    kopecks = try reader.required(reader.int(2), "kopecks")
    reason = try reader.contentString(3)
  }

  func write(to writer: inout FieldWriter) {
    writer.id(1, clientId)
    writer.int(2, kopecks)
    writer.contentString(3, reason, subject: clientId)
  }

  /// The library's types and this one.
  static func schema() throws -> EventSchema {
    var schema = EventSchema.builtIn
    try schema.register(
      type, on: ["ticket"], subject: "clientId",
      fields: [
        .init(1, "clientId", .id, isRequired: true), .init(2, "kopecks", .int, isRequired: true),
        .init(3, "reason", .string, isContent: true),
      ])
    return schema
  }
}
// end
