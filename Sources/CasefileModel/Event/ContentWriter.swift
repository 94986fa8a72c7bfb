/// Writes contents, as `Content` does, and their commitments into envelopes, both straight from the
/// events: no list of values is made between.
enum ContentWriter {
  /// Whose data an event's contents are, where they are several.
  private struct Subject {
    let name: String
    let key: KeyedHash
  }

  /// An event's subjects in the order of its fields: nearly always one, which costs no list.
  private struct Subjects {
    var first: Subject?
    var others: [Subject] = []

    func index(of name: String) -> Int? {
      if let first, first.name == name { return 0 }
      return others.firstIndex { $0.name == name }.map { $0 + 1 }
    }

    subscript(index: Int) -> Subject? { index == 0 ? first : others[index - 1] }

    mutating func append(_ subject: Subject) {
      if first == nil { first = subject } else { others.append(subject) }
    }
  }

  /// Writes the content of an event that has one, and its commitments.
  ///
  /// - Parameter stream: whose data the fields are that name nobody.
  static func write(
    _ fields: [FieldWriter.ContentField], of stream: String, seeds: inout DrawnSeeds,
    envelope: inout [UInt8], to contents: inout [UInt8]
  ) {
    if fields.count == 1 {
      return write(fields[0], of: stream, seeds: &seeds, envelope: &envelope, to: &contents)
    }
    let size = fields.reduce(2) { $0 + sizeMax($1, of: $1.subject ?? stream) }
    var subjects = Subjects()
    contents.append(addingCapacity: size) { out in
      out.varint(1, UInt64(Content.clearForm))
      for field in fields {
        let name = field.subject ?? stream
        guard subjects.index(of: name) == nil else { continue }
        subjects.append(Subject(name: name, key: writeSubject(name, &seeds, to: &out)))
      }
      for field in fields {
        let subject = subjects.index(of: field.subject ?? stream) ?? 0
        writeValue(field, subject, to: &out)
      }
    }
    // What is reserved covers the commitments too: the same names and paths, and a hash for a seed.
    envelope.append(addingCapacity: size) { out in
      for field in fields {
        let index = subjects.index(of: field.subject ?? stream) ?? 0
        guard let subject = subjects[index] else { continue }
        writeCommitment(to: field, of: subject.name, subject.key, to: &out)
      }
    }
  }

  /// The same of the one field that nearly every content has.
  private static func write(
    _ field: FieldWriter.ContentField, of stream: String, seeds: inout DrawnSeeds,
    envelope: inout [UInt8], to contents: inout [UInt8]
  ) {
    let name = field.subject ?? stream
    let size = 2 + sizeMax(field, of: name)
    var key: KeyedHash?
    contents.append(addingCapacity: size) { out in
      out.varint(1, UInt64(Content.clearForm))
      key = writeSubject(name, &seeds, to: &out)
      writeValue(field, 0, to: &out)
    }
    guard let key else { return }
    envelope.append(addingCapacity: size) {
      writeCommitment(to: field, of: name, key, to: &$0)
    }
  }

  /// Not less than a field takes, with its subject.
  private static func sizeMax(_ field: FieldWriter.ContentField, of subject: String) -> Int {
    subject.utf8.count + DrawnSeeds.sizeBytes + field.path.utf8.count + field.bytes.count
      + 6 * OutputSpan<UInt8>.fieldSizeMax
  }

  @_lifetime(out: copy out)
  private static func writeSubject(
    _ name: String, _ seeds: inout DrawnSeeds, to out: inout OutputSpan<UInt8>
  ) -> KeyedHash {
    out.tag(2, .length)
    out.varint(
      UInt64(WireSize.text(1, name) + WireSize.bytes(2, DrawnSeeds.sizeBytes)))
    out.text(1, name)
    return seeds.next { seed in
      out.bytes(2, seed)
      return KeyedHash(key: seed)
    }
  }

  @_lifetime(out: copy out)
  private static func writeValue(
    _ field: FieldWriter.ContentField, _ subject: Int, to out: inout OutputSpan<UInt8>
  ) {
    let number = subject > 0 ? 1 + WireSize.varint(UInt64(subject)) : 0
    out.tag(3, .length)
    out.varint(
      UInt64(WireSize.text(1, field.path) + number + WireSize.bytes(3, field.bytes.count)))
    out.text(1, field.path)
    if subject > 0 { out.varint(2, UInt64(subject)) }
    out.bytes(3, field.bytes)
  }

  @_lifetime(out: copy out)
  private static func writeCommitment(
    to field: FieldWriter.ContentField, of subject: String, _ key: KeyedHash,
    to out: inout OutputSpan<UInt8>
  ) {
    out.tag(Envelope.Field.commitments, .length)
    out.varint(
      UInt64(
        WireSize.text(1, field.path) + WireSize.text(2, subject)
          + WireSize.bytes(3, Digest.sizeBytes)))
    out.text(1, field.path)
    out.text(2, subject)
    out.digest(
      3,
      key.commitment(path: field.path.utf8.span.bytes, value: field.bytes.span.bytes))
  }
}
