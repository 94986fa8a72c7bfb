import CasefileModel
import Testing

/// Personal data must not get out of the content: not into envelopes, not into errors.
@Suite("A canary")
struct CanaryTests {
  private static let word = "Kanarienvogel"

  @Test("Content of every field of every type stays out of the envelope")
  func envelopes() throws {
    var planted = 0
    for descriptor in SampleMaker.descriptors {
      var maker = SampleMaker(text: { place, isContent in
        isContent ? "\(CanaryTests.word) \(place)" : "plain"
      })
      let event = try EventLine(maker.line(of: descriptor)).event
      let sealed = try event.sealed()
      #expect(!contains(sealed.envelope, CanaryTests.word), "\(descriptor.type)")
      let envelope = Hex.encode(sealed.envelope)
      for content in event.contents where content.bytes.count >= 8 {
        planted += 1
        #expect(!envelope.contains(Hex.encode(content.bytes)), "\(descriptor.type)")
        // Numbers are big-endian in the content and little-endian in a body.
        let reversed = Hex.encode(content.bytes.reversed())
        #expect(!envelope.contains(reversed), "\(descriptor.type)")
      }
      let commitments = try sealed.stored().envelope.commitments
      #expect(commitments.map(\.path) == event.contents.map(\.path))
    }
    #expect(planted > 150)
  }

  @Test("A plain id that looks like an address or a phone number is refused everywhere")
  func ids() throws {
    var count = 0
    for descriptor in SampleMaker.descriptors {
      var maker = SampleMaker()
      let line = maker.line(of: descriptor)
      let variants = mutations(of: line, at: "") { value, place in
        guard case .string(let text) = value, text.hasPrefix("id-") else { return [] }
        return ["ivan.petrov@example.com", "+7 916 123-45-67", "tel:+79161234567"].map {
          .string($0)
        }
      }
      for variant in variants {
        count += 1
        let error = modelError("\(descriptor.type)") {
          try EventSchema.builtIn.check(EventLine(variant).event)
        }
        #expect(error?.code == .personalData)
        #expect(error.map { contains($0, "916") || contains($0, "ivan") } == false)
      }
    }
    #expect(count > 1_200)
  }

  @Test("The envelope's own ids and tags are refused when they look personal")
  func envelopeIDs() throws {
    let base = try SampleMaker.events()[0]
    let changes: [(inout Event, String) -> Void] = [
      { $0.actor.id = $1 }, { $0.actor.onBehalfOf = $1 }, { $0.tags = [$1] },
      { $0.tags = ["client:" + $1] }, { $0.correlation = $1 }, { $0.tenant = $1 },
      { $0.project = $1 }, { $0.zone = $1 }, { $0.origin?.system = $1 },
      { $0.origin?.externalID = $1 }, { $0.origin?.importBatch = $1 },
      { $0.origin?.channel = $1 },
    ]
    for change in changes {
      for text in ["ivan@example.com", "+7 (916) 123-45-67", "8 916 123 45 67"] {
        var event = base
        change(&event, text)
        let error = modelError { _ = try event.sealed() }
        #expect(error?.code == .personalData)
        #expect(error.map { contains($0, "916") || contains($0, "ivan") } == false)
      }
    }
    for text in ["ivan@example.com", "+7 916 123-45-67"] {
      #expect(modelError { _ = try StreamID("client/" + text) }?.code == .personalData)
    }
  }

  @Test("No error repeats a text that it was given")
  func errors() throws {
    var seen: Set<ModelError.Code> = []
    var random = SeededRandom(7)
    for descriptor in SampleMaker.descriptors {
      var maker = SampleMaker(
        text: { place, _ in "\(CanaryTests.word) \(place)" },
        id: { "\(CanaryTests.word)-\($0)" })
      let line = maker.line(of: descriptor)
      let spoilt = mutations(of: line, at: "") { value, _ in
        let word = JSONValue.string(CanaryTests.word)
        if case .object(let members) = value {
          return [.object(members + [.init(CanaryTests.word, word)]), word]
        }
        // One kind of damage for each place keeps it fast; every place gets another.
        return switch UInt8.random(in: 0..<29, using: &random) / 4 {
        case 0: [word]
        case 1: [.array([word])]
        case 2: [.object([.init(CanaryTests.word, word)])]
        case 3: [.string(CanaryTests.word + "\u{7}")]
        case 4: [.string(CanaryTests.word + "@example.com")]
        case 5: [.null]
        case 6: [.number("4.5e3")]
        default:
          // Rare, since it is slow.
          [.string(String(repeating: CanaryTests.word, count: 6_000))]
        }
      }
      for variant in spoilt { provoke(variant, &seen) }
      guard case .object(var members) = line else { return }
      members[1] = .init("stream", .string("\(CanaryTests.word)/1"))
      provoke(.object(members), &seen)
      let bytes = Array(line.text.utf8)
      for _ in 0..<8 {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let isCut = Bool.random(using: &random)
        do {
          _ = try EventLine(parsing: bytes[..<place] + (isCut ? [] : [0xFF] + bytes[place...]))
        } catch {
          note(error, &seen)
        }
      }
    }
    for code: ModelError.Code in [
      .invalidStream, .invalidID, .personalData, .tooLarge, .missingField, .unknownType,
      .unknownEnumValue, .unknownField, .wrongType, .timeOutOfRange, .invalidText, .invalidJSON,
      .invalidGroup, .wrongStreamKind,
    ] {
      #expect(seen.contains(code), "\(code) was not provoked")
    }
  }

  @Test("No error of the codec repeats what the bytes hold")
  func codecErrors() throws {
    var random = SeededRandom(8)
    var errors = 0
    for descriptor in SampleMaker.descriptors {
      var maker = SampleMaker(
        text: { place, _ in "\(CanaryTests.word) \(place)" },
        id: { "\(CanaryTests.word)-\($0)" })
      let sealed = try EventLine(maker.line(of: descriptor)).event.sealed()
      for _ in 0..<10 {
        var envelope = sealed.envelope
        envelope[Int.random(in: 0..<envelope.count, using: &random)] ^= 0x84
        var content = sealed.content
        if !content.isEmpty {
          content[Int.random(in: 0..<content.count, using: &random)] ^= 0x84
        }
        do {
          let damaged = SealedSample(
            envelope: envelope, content: content, proposal: sealed.proposal)
          _ = try EventLine.json(of: damaged.stored())
        } catch {
          errors += 1
          #expect(!contains(error, CanaryTests.word))
        }
      }
    }
    #expect(errors > 100)
  }

  private func provoke(_ line: JSONValue, _ seen: inout Set<ModelError.Code>) {
    do {
      let event = try EventLine(line).event
      try EventSchema.builtIn.check(event)
      _ = try event.sealed()
    } catch {
      note(error, &seen)
    }
  }

  private func note(_ error: any Error, _ seen: inout Set<ModelError.Code>) {
    #expect(!contains(error, CanaryTests.word))
    guard let error = error as? ModelError else {
      Issue.record("another error: \(type(of: error))")
      return
    }
    seen.insert(error.code)
  }

  private func contains(_ error: any Error, _ word: String) -> Bool {
    contains(Array("\(error) \(String(reflecting: error))".utf8), word)
  }

  private func contains(_ bytes: [UInt8], _ word: String) -> Bool {
    Hex.encode(bytes).contains(Hex.encode(word.utf8))
  }

  /// The line with one value replaced, for each value and each of its replacements.
  private func mutations(
    of value: JSONValue, at place: String,
    _ replacements: (JSONValue, String) -> [JSONValue]
  ) -> [JSONValue] {
    var found = place.isEmpty ? [] : replacements(value, place)
    switch value {
    case .object(let members):
      for (index, member) in members.enumerated() {
        for inner in mutations(of: member.value, at: "\(place).\(member.name)", replacements) {
          var changed = members
          changed[index] = .init(member.name, inner)
          found.append(.object(changed))
        }
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        for inner in mutations(of: element, at: "\(place)[\(index)]", replacements) {
          var changed = elements
          changed[index] = inner
          found.append(.array(changed))
        }
      }
    default: break
    }
    return found
  }
}
