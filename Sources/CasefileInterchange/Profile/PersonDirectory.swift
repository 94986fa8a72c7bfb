/// The opaque ids of people and things whom a source calls otherwise.
struct PersonDirectory: Sendable {
  /// The id that the log uses for a value of the source.
  func id(of value: String, as role: PersonRole, by identity: SourceTable.Identity) -> String {
    value
  }
}
