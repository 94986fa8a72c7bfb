internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import Glibc
internal import Workload

/// Flips one bit after the other in a copy, reads everything, and puts the bit back.
enum FlipRole {
  /// An event as it was before the flip.
  private struct Original {
    let bytes: [UInt8]
    let content: Content?
  }

  static func run(_ arguments: inout Arguments) throws {
    let good = try arguments.word("the good store")
    let path = try arguments.word("the copy")
    let bits = try Files.lines(try arguments.word("the list")).compactMap { Int($0) }
    var originals: [Original] = []
    let store = try Store.open(at: good, configuration: .init(isReadOnly: true))
    try store.read { event in
      originals.append(Original(bytes: event.envelopeBytes, content: event.content))
      return true
    }
    store.close()
    let file = "\(path)/log/data.mdb"
    let bytes = try Files.read(file)
    for bit in bits {
      // Closing this descriptor is safe only while the environment is not open.
      try put(bytes[bit / 8] ^ 1 << UInt8(bit % 8), at: bit / 8, file)
      let outcome = outcome(path, originals)
      try put(bytes[bit / 8], at: bit / 8, file)
      Output.line("O \(outcome)")
    }
  }

  private static func put(_ byte: UInt8, at offset: Int, _ file: String) throws {
    let descriptor = open(file, O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var byte = byte
    guard descriptor >= 0, pwrite(descriptor, &byte, 1, off_t(offset)) == 1 else {
      throw UsageError("\(file) can't be changed")
    }
  }

  private static func outcome(_ path: String, _ originals: [Original]) -> String {
    let store: Store
    do {
      store = try Store.open(at: path, configuration: .init(isReadOnly: true))
    } catch {
      return typed(error, FlipOutcome.refused)
    }
    defer { store.close() }
    // What an error keeps back is fine; what is handed out has to be right.
    var wrong: String?
    var seen = 0
    var isIncomplete = false
    var failure: (any Error)?
    func take(_ event: StoredEvent) {
      let position = Int(event.position.rawValue)
      guard position < originals.count, originals[position].bytes == event.envelopeBytes else {
        wrong = "position \(position) has other bytes"
        return
      }
      if event.content == nil, originals[position].content != nil {
        isIncomplete = true
      } else if event.content != originals[position].content {
        wrong = "position \(position) has another content"
      }
    }
    do {
      try store.read { event in
        if event.position.rawValue != UInt64(seen) { wrong = "after \(seen): \(event.position)" }
        take(event)
        seen += 1
        return true
      }
    } catch {
      failure = error
    }
    let pointFailure = readPoints(store, originals, take)
    if let wrong { return "\(FlipOutcome.wrong): \(wrong)" }
    var report: VerificationReport?
    do {
      report = try store.verify()
    } catch {
      failure = failure ?? error
    }
    if let failure { return typed(failure, FlipOutcome.foundByRead) }
    if let pointFailure { return typed(pointFailure, FlipOutcome.foundByRead) }
    guard let report, report.isSound else { return FlipOutcome.foundByVerify }
    if seen != originals.count {
      return "\(FlipOutcome.wrong): \(seen) events of \(originals.count), and verify finds it sound"
    }
    if isIncomplete {
      return "\(FlipOutcome.wrong): a content is missing, and verify finds it sound"
    }
    return FlipOutcome.harmless
  }

  /// Reads by position, by id and by stream.
  private static func readPoints(
    _ store: Store, _ originals: [Original], _ take: (StoredEvent) -> Void
  ) -> (any Error)? {
    var failure: (any Error)?
    for number in stride(from: 0, to: originals.count, by: 97) {
      let id = SampleEvents.id(UInt64(number))
      do {
        if let event = try store.event(at: Position(UInt64(number))) { take(event) }
        if let event = try store.event(id: id) { take(event) }
        for event in try store.events(of: SampleEvents.stream(UInt64(number))) { take(event) }
      } catch {
        failure = error
      }
    }
    return failure
  }

  private static func typed(_ error: any Error, _ outcome: String) -> String {
    guard let error = error as? LogError else {
      return "\(FlipOutcome.wrong): an error of no type of ours: \(error)"
    }
    return "\(outcome) (\(error.code)): \(error.message)"
  }
}
