public import Casefile
internal import Foundation

/// Runs a projection of your own through the rules that a store relies on.
///
/// ```swift
/// @Test func refundTotalsConform() throws {
///   try ProjectionConformance.check(RefundTotals.self, events: StoredEvents.make(events))
/// }
/// ```
/// Give events of every type that the projection knows, some that it doesn't, and enough of them
/// that keys come back: a hundred or more.
public enum ProjectionConformance {
  /// The longest key, in bytes: with a prefix it stays below the 511 bytes of LMDB's keys.
  public static let keySizeBytes = 400

  /// Checks that replay, incremental building and shuffled batches give the same states; that the
  /// states survive being stored; that the same event always gives the same keys and states; and
  /// that a state has one JSON form.
  ///
  /// - Parameters:
  ///   - rounds: how many ways of cutting the events into batches are tried.
  ///   - seed: of the cuts; the same one tries the same.
  /// - Throws: `ProjectionFailure` for the first rule that is broken; what the projection throws.
  /// - Complexity: O(rounds × events), and a JSON form of every state for each batch.
  public static func check<P: Projection>(
    _ type: P.Type, events: [StoredEvent], rounds: Int = 20, seed: UInt64 = 1
  ) throws {
    try checkName(type)
    var replay = ProjectionReplay<P>()
    for event in events { try replay.apply(event, isChecked: true) }
    let forms = try replay.forms()
    for (key, form) in forms {
      let again = try ProjectionReplay<P>.form(of: ProjectionReplay<P>.state(of: form))
      guard again == form else {
        throw ProjectionFailure(
          .unstableCoding, P.name, key: key,
          "a state that was read back is written as other JSON; keep sorted arrays, not sets")
      }
    }
    var random = SeededRandom(seed)
    for round in 0..<rounds {
      let other = try incremental(type, events, largestBatch: round == 0 ? 1 : 64, &random)
      try compare(other, replay.states, P.name)
      guard try other.mapValues({ try ProjectionReplay<P>.form(of: $0) }) == forms else {
        throw ProjectionFailure(
          .unstableCoding, P.name,
          "equal states of two builds are written as different JSON; keep sorted arrays, not sets")
      }
    }
  }

  private static func checkName<P: Projection>(_ type: P.Type) throws {
    let isName =
      !P.name.isEmpty
      && P.name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
    guard isName, P.version >= 1 else {
      throw ProjectionFailure(
        .badName, P.name,
        "a name has small letters, digits and hyphens, a version begins at 1; this is version "
          + "\(P.version)")
    }
  }

  /// Builds in batches of random sizes; between two batches all is stored and read back, as after a
  /// restart.
  private static func incremental<P: Projection>(
    _ type: P.Type, _ events: [StoredEvent], largestBatch: Int, _ random: inout SeededRandom
  ) throws -> [String: P.State] {
    var rest = events[...]
    var replay = ProjectionReplay<P>()
    while !rest.isEmpty {
      let batch = rest.prefix(Int.random(in: 1...largestBatch, using: &random))
      rest = rest.dropFirst(batch.count)
      for event in batch { try replay.apply(event, isChecked: false) }
      var stored = ProjectionReplay<P>()
      for (key, state) in replay.states {
        let read = try ProjectionReplay<P>.state(of: ProjectionReplay<P>.form(of: state))
        guard read == state else {
          throw ProjectionFailure(
            .lossyCoding, P.name, at: batch.last?.position, key: key,
            "\(describe(state)) is stored and read back as \(describe(read))")
        }
        stored.states[key] = read
      }
      replay = stored
    }
    return replay.states
  }

  private static func compare<State: Equatable>(
    _ built: [String: State], _ replayed: [String: State], _ name: String
  ) throws {
    for key in Set(built.keys).union(replayed.keys).sorted() where built[key] != replayed[key] {
      throw ProjectionFailure(
        .dependsOnBatches, name, key: key,
        "built in batches it is \(describe(built[key])), replayed at once "
          + describe(replayed[key]))
    }
  }
}

/// The states of a projection after some events, in memory.
struct ProjectionReplay<P: Projection> {
  private let projection: P
  var states: [String: P.State] = [:]

  init(_ projection: P = P()) { self.projection = projection }

  static func states(after events: [StoredEvent], of projection: P) throws -> [String: P.State] {
    var replay = ProjectionReplay(projection)
    for event in events { try replay.apply(event, isChecked: true) }
    return replay.states
  }

  mutating func apply(_ event: StoredEvent, isChecked: Bool) throws {
    let keys = try projection.keys(of: event)
    if isChecked { try check(keys, event) }
    for key in keys {
      let state = try projection.apply(event, to: states[key], key: key)
      if isChecked, try P().apply(event, to: states[key], key: key) != state {
        throw ProjectionFailure(
          .unstableState, P.name, at: event.position, key: key,
          "the same event and state gave two different states; apply must be pure")
      }
      states[key] = state
    }
  }

  private func check(_ keys: [String], _ event: StoredEvent) throws {
    guard try P().keys(of: event) == keys, try projection.keys(of: event) == keys else {
      throw ProjectionFailure(
        .unstableKeys, P.name, at: event.position,
        "the same event gave different keys; keys(of:) must be pure")
    }
    guard Set(keys).count == keys.count else {
      throw ProjectionFailure(.badKey, P.name, at: event.position, "an event gave a key twice")
    }
    let limit = ProjectionConformance.keySizeBytes
    for key in keys where key.isEmpty || key.utf8.count > limit {
      throw ProjectionFailure(
        .badKey, P.name, at: event.position,
        "a key has \(key.utf8.count) bytes; keys have 1 to \(limit)")
    }
  }

  func forms() throws -> [String: Data] {
    try states.mapValues { try ProjectionReplay.form(of: $0) }
  }

  static func form(of state: P.State) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(state)
  }

  static func state(of form: Data) throws -> P.State {
    try JSONDecoder().decode(P.State.self, from: form)
  }
}
