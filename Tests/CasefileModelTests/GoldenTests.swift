import CasefileMerkle
import CasefileModel
import Foundation
import Testing

/// The bytes of format 1. They are read for ever; `CASEFILE_WRITE_GOLDEN=1` writes them anew, which
/// only a change of the provisional format may do.
@Suite("The golden vectors of format 1", .serialized)
struct GoldenTests {
  /// Gives the seeds of a vector in turn.
  struct KnownSeeds: SeedSource {
    var seeds: [[UInt8]]
    mutating func next() -> [UInt8] { seeds.isEmpty ? [] : seeds.removeFirst() }
  }

  private static var isWriting: Bool {
    ProcessInfo.processInfo.environment["CASEFILE_WRITE_GOLDEN"] == "1"
  }

  private static func files() throws -> [URL] {
    let found = try FileManager.default.contentsOfDirectory(
      at: Repository.golden, includingPropertiesForKeys: nil)
    return found.filter { $0.pathExtension == "json" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  @Test("They are what this program writes")
  func current() throws {
    let vectors = try GoldenEvents.vectors()
    if GoldenTests.isWriting {
      try FileManager.default.createDirectory(
        at: Repository.golden, withIntermediateDirectories: true)
      for file in try GoldenTests.files() { try FileManager.default.removeItem(at: file) }
      for (name, json) in vectors {
        try Data(GoldenEvents.text(json).utf8).write(
          to: Repository.golden.appending(path: name + ".json"))
      }
    }
    let files = try GoldenTests.files()
    #expect(files.map(\.lastPathComponent) == vectors.map { $0.name + ".json" })
    for (file, vector) in zip(files, vectors) {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      #expect(text == GoldenEvents.text(vector.json), "\(vector.name)")
    }
  }

  @Test("Their bytes read as their lines, and their lines write their bytes")
  func readAndWrite() throws {
    let schema = try GoldenEvents.schema()
    var tree = MerkleTree()
    for file in try GoldenTests.files() {
      let name = Comment(rawValue: file.lastPathComponent)
      let vector = try JSONValue(parsing: Array(Data(contentsOf: file)))
      let line = try #require(vector["line"])
      let (envelope, content) = (try bytes(vector, "envelope"), try bytes(vector, "content"))
      let leaf = MerkleHash.leaf(envelope)
      #expect(vector["leaf"] == .string(leaf.description), name)
      tree.append(leaf) { _ in }
      #expect(vector["root"] == .string(tree.root.description), name)
      let stored = StoredEvent(
        envelope: try Envelope(decoding: envelope.span.bytes), envelopeBytes: envelope, leaf: leaf,
        content: content.isEmpty ? nil : try Content(decoding: content.span.bytes))
      #expect(try EventLine.json(of: stored, schema: schema) == line, name)
      let commitments = stored.envelope.commitments
      #expect(stored.content?.commitments() ?? [] == commitments, name)
      #expect(stored.content?.matches(commitments) ?? true, name)

      guard case .array(let seeds)? = vector["seeds"] else { continue }
      var source = KnownSeeds(seeds: try seeds.map { try bytes($0, "seed") })
      let event = try EventLine(line, schema: schema).event
      let proposal = try Proposal(event, id: try #require(event.id), seeds: &source)
      var written = proposal.bytes
      try Seal(of: envelope.span.bytes).write(to: &written)
      #expect(written == envelope, name)
      #expect(proposal.content == content, name)
    }
    #expect(tree.size == UInt64(GoldenEvents.definitions.count))
  }

  private func bytes(_ json: JSONValue, _ name: String) throws -> [UInt8] {
    guard case .string(let text)? = json[name] else { return [] }
    return try #require(Hex.decode(text))
  }

  @Test(
    "A Python program that knows only the documented bytes finds the same hashes",
    .enabled(if: Tool.python != nil, "python3 is missing"))
  func python() throws {
    let script = Repository.root.appending(path: "Tools/check-record").path
    let files = try GoldenTests.files().map(\.path)
    let python = try #require(Tool.python)
    let answer = try Tool.run(python, [script, "golden"] + files)
    #expect(answer.status == 0, "\(answer.text)\(answer.errors)")
    #expect(answer.text.hasSuffix("ok\n"))

    // And it tells a vector that was changed.
    let directory = try TemporaryDirectory()
    let text = String(decoding: try Data(contentsOf: URL(filePath: files[0])), as: UTF8.self)
    for (from, to) in [
      ("\"envelope\": \"0a10019c", "\"envelope\": \"0a10019d"),
      (Hex.encode("Не пришёл".utf8), Hex.encode("Не пришел".utf8)),
      ("\"root\": \"", "\"root\": \"00"), ("\"format\"", "\"format\""),
    ] {
      let changed = try directory.write(
        text.replacingOccurrences(of: from, with: to), to: "changed.json")
      let answer = try Tool.run(python, [script, "golden", changed.path])
      #expect(answer.status == (from == to ? 0 : 1), "\(from)")
    }
  }

  @Test("The worked example of the format's description is a vector, byte for byte")
  func example() throws {
    let page = try String(
      contentsOf: Repository.schemas.appending(path: "record-format.md"), encoding: .utf8)
    let example = try #require(page.components(separatedBy: "## Worked example").last)
    let hex = example.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
      row.split(separator: "`")[1].filter { $0 != " " }
    }.joined()
    let file = Repository.golden.appending(path: "8-empty-text.json")
    let vector = try JSONValue(parsing: Array(Data(contentsOf: file)))
    #expect(vector["envelope"] == .string(hex))
    for case .string(let hash)? in [
      vector["leaf"], vector["root"], vector["commitments"]?[0]?["commitment"],
    ] { #expect(example.contains(hash)) }
  }
}

extension JSONValue {
  fileprivate subscript(_ index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}
