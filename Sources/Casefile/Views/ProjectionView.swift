internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// The view of an embedder's projection: a row for each key.
struct ProjectionView<Subject: Projection>: View {
  private let projection = Subject()

  var name: String { Subject.name }
  var version: Int { Subject.version }

  static func key(_ key: String) -> [UInt8] { RowCoding.key(key) }

  /// The row holds the key too: in the row's own key a long one is cut.
  struct Row: Codable {
    let key: String
    let state: Subject.State
  }

  func apply(_ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix) throws {
    for event in events {
      do {
        // All keys first: a failing step changes nothing of what the event changes.
        var changes: [(key: String, state: Subject.State?)] = []
        for key in try projection.keys(of: event) {
          let known = changes.last { $0.key == key }
          let state = try known.map(\.state) ?? ProjectionView.state(key, rows)
          changes.append((key, try projection.apply(event, to: state, key: key)))
        }
        for (key, state) in changes {
          let rowKey = ProjectionView.key(key)
          if let state {
            rows.put(rowKey, try RowCoding.encode(Row(key: key, state: state)))
          } else {
            rows.delete(rowKey)
          }
        }
      } catch let error as ViewDamage {
        throw error
      } catch {
        throw ViewStepError(position: event.position, reason: ProjectionView.reason(error))
      }
    }
  }

  static func state(_ key: String, _ rows: ViewRows) throws -> Subject.State? {
    try rows.value(ProjectionView.key(key)).map { try row($0).state }
  }

  static func row(_ value: [UInt8]) throws(ViewDamage) -> Row {
    do {
      return try RowCoding.decode(Row.self, value)
    } catch {
      throw ViewDamage("a state of \(Subject.name) can't be read as its type")
    }
  }

  /// Our own errors hold no ticket text; of others only the type is known to be safe.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as CodecError: "\(error)"
    case let error as ModelError: error.message
    default: "its step threw \(type(of: error))"
    }
  }

  func describe(key: [UInt8]) -> String { "a state of \(Subject.name)" }
}

extension Projection {
  /// The view of this projection.
  static func view() -> any View { ProjectionView<Self>() }
}
