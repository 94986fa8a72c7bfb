import Casefile
import CasefileModel

/// Finds whom somebody may have meant who asks for a client that there is not.
struct ClientLookup {
  private let store: Store

  init(_ store: Store) { self.store = store }

  /// The failure. What was given may be a name or a number, so it is not repeated.
  func notFound(_ id: String) throws -> CommandFailure {
    let bare = id.hasPrefix("client/") ? String(id.dropFirst("client/".count)) : id
    for near in [bare, bare.lowercased(), bare.uppercased()] where near != id {
      if try store.client(near) != nil {
        return .notFound("there is no client of that id in this store; is it \(near)?")
      }
    }
    // A text in which there is nothing to look for leads to nobody.
    let found = (try? store.findClients(id))?.compactMap(\.client).prefix(3) ?? []
    return .notFound(
      "there is no client of that id in this store"
        + (found.isEmpty
          ? "; casefile client find looks for names, numbers and addresses"
          : "; what was given leads to \(found.joined(separator: ", "))"))
  }
}
