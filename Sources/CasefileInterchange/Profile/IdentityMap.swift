internal import CasefileModel

/// Which ids of several sources are one: a JSON file of a person, outside the log.
///
/// ```json
/// {"agents": {"ag-anna": {"servicenow": "4711", "jira": ["anna", "anna2"]}},
///  "groups": {"g-mail": {"jira": "MAIL"}}}
/// ```
/// The members are `agents`, `clients`, `groups` and `topics`; each names our id, and for each source
/// what it is called there. Values of identity columns may stand there too.
public struct IdentityMap: Sendable {
  private let ids: [PersonRole: [String: String]]
  /// The hash of the file; nil for no map.
  let sha256: Digest?

  /// Nothing is called otherwise.
  public static let none = IdentityMap()

  private init() {
    ids = [:]
    sha256 = nil
  }

  /// Reads what a map says of one source.
  ///
  /// - Throws: `ImportError` `.mapInvalid` with every mistake: a member that is not known, our id that
  ///   looks personal, an id of the source that is two of ours.
  public init(parsing text: some Collection<UInt8>, source: String) throws(ImportError) {
    let bytes = Array(text)
    let json: JSONValue
    do {
      json = try JSONValue(parsing: bytes)
    } catch {
      throw ImportError(
        .mapInvalid, "the map is \(error.message)", position: error.offset, cause: error)
    }
    let mistakes = ProfileMistakes(of: "map", code: .mapInvalid)
    var reader = ProfileReader(json, path: "", mistakes: mistakes)
    var ids: [PersonRole: [String: String]] = [:]
    reader.skip("$schema", "title", "about")
    for role in PersonRole.allCases {
      ids[role] = IdentityMap.ids(&reader, role, source)
    }
    reader.finish()
    try mistakes.throwIfAny()
    self.ids = ids
    sha256 = Digest.sha256(bytes)
  }

  private static func ids(
    _ reader: inout ProfileReader, _ role: PersonRole, _ source: String
  ) -> [String: String] {
    var found: [String: String] = [:]
    let names = reader.orderedMap(role.rawValue + "s") { reader, id -> (String, [String])? in
      do throws(ModelError) {
        try OpaqueID.check(id, in: "the id")
      } catch {
        reader.note(id, error.message)
        return nil
      }
      var sources = reader.object(id)
      var ours: [String] = []
      for name in sources.names {
        let values = sources.textOrTexts(name)
        if name == source { ours = values }
      }
      return (id, ours)
    }
    for (_, (id, values)) in names {
      for value in values {
        if let other = found.updateValue(id, forKey: value), other != id {
          reader.note(role.rawValue + "s", "one id of \(source) is both \(other) and \(id)")
        }
      }
    }
    return found
  }

  /// Whether nothing of this source is called otherwise.
  var isEmpty: Bool { ids.values.allSatisfy(\.isEmpty) }

  /// Our id of what the source calls so; nil where the map says nothing.
  func id(of value: String, as role: PersonRole) -> String? { ids[role]?[value] }
}
