/// Who did it.
public struct Actor: Hashable, Sendable, Codable {
  /// What sort of actor: a person at the desk, a client, a machine.
  public struct Kind: OpenEnum {
    /// The number on the wire.
    public let rawValue: UInt32
    /// Makes a kind of any number; a newer program's kinds are kept as they are.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// A person who works at the desk.
    public static let agent = Kind(rawValue: 1)
    /// A client or a person who speaks for one.
    public static let client = Kind(rawValue: 2)
    /// This store or the help desk itself.
    public static let system = Kind(rawValue: 3)
    /// An automation rule.
    public static let rule = Kind(rawValue: 4)
    /// A program that talks to clients.
    public static let bot = Kind(rawValue: 5)
    /// Another system that writes through an interface.
    public static let integration = Kind(rawValue: 6)
    /// An import.
    public static let importer = Kind(rawValue: 7)
    /// A quality controller or compliance reviewer.
    public static let reviewer = Kind(rawValue: 8)
    /// Every kind with its word, in order of number.
    public static let names: [(String, UInt32)] = [
      ("agent", 1), ("client", 2), ("system", 3), ("rule", 4), ("bot", 5), ("integration", 6),
      ("importer", 7), ("reviewer", 8),
    ]
  }

  /// What sort of actor it is.
  public var kind: Kind
  /// Its opaque id; nil where the source does not say who.
  public var id: String?
  /// The opaque id of whom it acted for.
  public var onBehalfOf: String?

  /// Makes an actor.
  public init(_ kind: Kind, _ id: String? = nil, onBehalfOf: String? = nil) {
    self.kind = kind
    self.id = id
    self.onBehalfOf = onBehalfOf
  }
}

/// An enumeration whose unknown numbers are kept: a newer program may have written them.
public protocol OpenEnum: RawRepresentable, Sendable, Hashable, Codable where RawValue == UInt32 {
  /// Every known word with its number, in order of declaration.
  static var names: [(String, UInt32)] { get }
  /// Makes a value of any number.
  init(rawValue: UInt32)
}

extension OpenEnum {
  /// The known word of this value, nil for a number that only a newer program knows.
  public var name: String? { Self.names.first { $0.1 == rawValue }?.0 }

  /// Makes the value with this word; nil if there is none.
  public init?(name: String) {
    guard let known = Self.names.first(where: { $0.0 == name }) else { return nil }
    self.init(rawValue: known.1)
  }
}
