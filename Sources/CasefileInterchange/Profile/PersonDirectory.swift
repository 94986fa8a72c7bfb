internal import CasefileModel
internal import Synchronization

/// The opaque ids of people and things whom a source calls otherwise: of names, addresses and numbers
/// by a key that lies outside the log, of ids that several sources have by a map.
///
/// The id of a person is the same in every import into the same store, and nobody without the store's
/// key can find out whether a name that he guesses is the one behind it. What was read is noted, so
/// that the value itself can be stored as content of the person's own stream.
final class PersonDirectory: Sendable {
  /// A person whom an identity column names.
  struct Person: Hashable, Sendable {
    let id: String
    let role: PersonRole
    let identity: SourceTable.Identity
    let value: String
  }

  private let key: KeyedHash?
  private let map: IdentityMap
  private let noted = Mutex<[Person: Timestamp]>([:])

  /// - Parameter key: the store's; nil where the profile identifies nobody by names.
  init(key: [UInt8]?, map: IdentityMap) {
    self.key = key.map { KeyedHash(key: $0) }
    self.map = map
  }

  /// Whether every id is the source's own.
  var isTrivial: Bool { key == nil && map.isEmpty }

  /// The people noted so far, each with the time of the first row that was seen to name them.
  var people: [(person: Person, time: Timestamp)] {
    noted.withLock { $0.map { (person: $0.key, time: $0.value) } }
      .sorted {
        ($0.time, $0.person.id, $0.person.value) < ($1.time, $1.person.id, $1.person.value)
      }
  }

  /// The id that the log uses for a value of the source.
  ///
  /// - Parameter time: when the value was first seen; nil notes nobody.
  func id(
    of value: String, as role: PersonRole, by identity: SourceTable.Identity, at time: Timestamp?
  ) -> String {
    guard !isTrivial else { return value }
    if identity == .opaque { return map.id(of: value, as: role) ?? value }
    let id = map.id(of: value, as: role) ?? opaqueID(value, role, identity)
    if let time {
      let person = Person(id: id, role: role, identity: identity, value: value)
      noted.withLock { $0[person] = min($0[person] ?? time, time) }
    }
    return id
  }

  private func opaqueID(
    _ value: String, _ role: PersonRole, _ identity: SourceTable.Identity
  ) -> String {
    guard let key else { return value }
    var text = identity.rawValue + "\n" + PersonDirectory.normal(value, identity)
    let code = text.withUTF8 { key.code(UnsafeRawBufferPointer($0)) }
    // Eighty bits: a desk of a hundred million people has no two of one id.
    let digits = Hex.encode(code.bytes.prefix(10))
    return (role == .agent ? "ag-" : "c-") + digits
  }

  /// Other writings of the same: capitals and spaces of names and addresses, marks of numbers.
  private static func normal(_ value: String, _ identity: SourceTable.Identity) -> String {
    switch identity {
    case .phone:
      let digits = value.filter { $0.isASCII && $0.isNumber }
      // In Russia 8 is dialled for what is +7 from elsewhere.
      let isTrunk = digits.count == 11 && digits.first == "8"
      return isTrunk ? "7" + digits.dropFirst() : digits
    default:
      return value.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }
}
