/// A sealed event as another log stores it.
public struct SealedEvent: Sendable, Hashable {
  /// The envelope's bytes.
  public let envelope: [UInt8]
  /// The content's bytes, empty where there is none.
  public let content: [UInt8]

  /// Joins the parts of a sealed event.
  public init(envelope: [UInt8], content: [UInt8]) {
    self.envelope = envelope
    self.content = content
  }
}
