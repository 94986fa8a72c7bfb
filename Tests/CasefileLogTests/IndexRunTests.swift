import CasefileModel
import CasefileTesting
import Foundation
import LMDB
import Testing

@testable import CasefileLog

@Suite("Runs of the index view")
struct IndexRunTests {
  @Test("Runs cover every block once, largest first", arguments: 0..<700)
  func runs(blocks: Int) {
    let runs = IndexRun.runs(blocks: UInt64(blocks))
    var next: UInt64 = 0
    for run in runs {
      #expect(run.firstBlock == next)
      #expect(run.firstBlock.isMultiple(of: run.blockCount))
      next += run.blockCount
    }
    #expect(next == UInt64(blocks))
    #expect(runs.map(\.level) == runs.map(\.level).sorted(by: >))
    #expect(runs.count <= 7 * 4)
  }

  /// A few postings for a block: dense and sparse words, many of one word in a row.
  static func postings(_ block: Int) -> [Posting] {
    var random = SeededRandom(UInt64(block) + 99)
    var postings: [Posting] = []
    for offset in 0..<UInt32(60) {
      postings.append(
        Posting(kind: .id, fingerprint: random.next(), offset: offset * 1000 + UInt32(block % 7)))
      postings.append(
        Posting(kind: .stream, fingerprint: random.next() % 50, offset: offset * 1000))
      postings.append(Posting(kind: .tag, fingerprint: 7, offset: offset * 1000))
    }
    return postings.sorted()
  }

  @Test(
    "Joined runs give the same positions as a search of everything", .timeLimit(.minutes(3)),
    arguments: [4 << 20, 1])
  func joined(pieceSizeBytes: Int) throws {
    let directory = try TemporaryDirectory()
    let view = try IndexView.open(at: directory.path + "/view", isReadOnly: false)
    var all: [(Fingerprint.Kind, UInt64, UInt64)] = []
    let blocks = 75
    for block in 0..<blocks {
      let postings = IndexRunTests.postings(block)
      let first = UInt64(block) * IndexRun.positionsPerBlock
      #expect(
        try view.append(
          block: postings, from: first, leaf: .zero, pieceSizeBytes: pieceSizeBytes))
      // The same block again is left to who added it.
      #expect(try !view.append(block: postings, from: first, leaf: .zero))
      all += postings.map { ($0.kind, $0.fingerprint, first + UInt64($0.offset)) }
    }
    let end = UInt64(blocks) * IndexRun.positionsPerBlock
    let ranges = [0..<end, 60_000..<70_000, 5..<(end / 2 + 1234), 0..<1, (end - 1)..<end]
    let words: [(Fingerprint.Kind, UInt64)] =
      (0..<50).map { (.stream, $0) } + [(.tag, 7), (.tag, 8), (.stream, 1000)]
      + all.filter { $0.0 == .id }.prefix(200).map { (.id, $0.1) }
    try view.environment.withRead { transaction in
      for (kind, fingerprint) in words {
        let places = all.filter { $0.0 == kind && $0.1 == fingerprint }.map(\.2).sorted()
        for range in ranges {
          let expected = places.filter { range.contains($0) }
          for limit in [2, Int.max] {
            let up = try view.positions(
              kind, fingerprint, in: range, limit: limit, transaction)
            let down = try view.positions(
              kind, fingerprint, in: range, isBackward: true, limit: limit, transaction)
            #expect(up == Array(expected.prefix(limit)))
            #expect(down == Array(expected.reversed().prefix(limit)))
          }
        }
      }
    }
    view.environment.close()
  }

  @Test(
    "Runs that surely lack a stream are left out, and no answer changes", .timeLimit(.minutes(3)))
  func filters() throws {
    let directory = try TemporaryDirectory()
    let view = try IndexView.open(at: directory.path + "/view", isReadOnly: false)
    // Each block has streams of its own, and 50 that all have.
    var places: [UInt64: [UInt64]] = [:]
    for block in 0..<UInt64(11) {
      let first = block * IndexRun.positionsPerBlock
      var postings = IndexRunTests.postings(Int(block))
      for number in 0..<UInt64(120) {
        postings.append(
          Posting(kind: .stream, fingerprint: 1000 * (block + 1) + number, offset: 7))
      }
      postings.sort()
      #expect(try view.append(block: postings, from: first, leaf: .zero))
      for posting in postings where posting.kind == .stream {
        places[posting.fingerprint, default: []].append(first + UInt64(posting.offset))
      }
      // Often enough for filters of the runs that are there now; they are joined later.
      try IndexRunTests.check(view, places, blocks: block + 1)
      view.finishFilters()
      try IndexRunTests.check(view, places, blocks: block + 1)
    }
    // Eight blocks are one run, three are a run each: of a stream of the first block all others are left
    // out, but for a mistake of one in a hundred.
    let runs = IndexRun.runs(blocks: 11)
    #expect(runs.count == 4)
    var lacking = 0
    for number in 0..<UInt64(120) {
      lacking += runs.dropFirst().filter { !view.mayHold(.stream, 1000 + number, $0) }.count
      #expect(view.mayHold(.stream, 1000 + number, runs[0]))
    }
    #expect(lacking > 340)
    view.environment.close()
  }

  /// Compares the positions of streams with what they must be.
  private static func check(
    _ view: IndexView, _ places: [UInt64: [UInt64]], blocks: UInt64
  ) throws {
    try view.environment.withRead { transaction in
      for (fingerprint, expected) in places {
        let found = try view.positions(
          .stream, fingerprint, in: 0..<blocks * IndexRun.positionsPerBlock, transaction)
        #expect(found == expected.sorted())
      }
      #expect(try view.positions(.stream, 999_999, in: 0..<UInt64.max, transaction).isEmpty)
    }
  }

  /// All rows of a view, its meta table's too.
  private static func rows(_ view: IndexView) throws -> [[UInt8]: [UInt8]] {
    try view.environment.withRead { transaction in
      var rows: [[UInt8]: [UInt8]] = [:]
      for table in [view.runs, view.meta] {
        var cursor = try transaction.cursor(table)
        while try cursor.next() { rows[cursor.key.copy()] = cursor.value.copy() }
      }
      return rows
    }
  }

  @Test("Lookups are right after each piece of a join, and a kill between them changes no row")
  func pieces() throws {
    let directory = try TemporaryDirectory()
    var view = try IndexView.open(at: directory.path + "/pieces", isReadOnly: false)
    let whole = try IndexView.open(at: directory.path + "/whole", isReadOnly: false)
    var stream: [UInt64] = []
    var tag: [UInt64] = []
    var pieces = 0
    for block in 0..<UInt64(64) {
      let postings = IndexRunTests.postings(Int(block))
      let first = block * IndexRun.positionsPerBlock
      _ = try whole.append(block: postings, from: first, leaf: .zero)
      #expect(try view.add(postings, number: block, leaf: .zero) == true)
      for posting in postings where posting.kind != .id {
        if posting.kind == .tag { tag.append(first + UInt64(posting.offset)) }
        if posting.kind == .stream, posting.fingerprint == 3 {
          stream.append(first + UInt64(posting.offset))
        }
      }
      var isLeft = true
      while isLeft {
        try view.environment.withRead { transaction in
          let newest = try view.newestID(transaction)
          #expect(try newest == whole.environment.withRead { try whole.newestID($0) })
          let end = first + IndexRun.positionsPerBlock
          for (kind, fingerprint, places) in [
            (Fingerprint.Kind.stream, UInt64(3), stream), (.tag, 7, tag),
          ] {
            let up = try view.positions(kind, fingerprint, in: 0..<end, transaction)
            #expect(up == places)
            let down = try view.positions(
              kind, fingerprint, in: 5..<end - 5, isBackward: true, limit: 9, transaction)
            #expect(down == places.filter { 5..<end - 5 ~= $0 }.suffix(9).reversed())
          }
        }
        if pieces.isMultiple(of: 3) {
          view.environment.close()
          view = try IndexView.open(at: directory.path + "/pieces", isReadOnly: false)
        }
        // Nothing can be added while runs are joined.
        let isJoining = try view.environment.withRead {
          try $0.copy(view.meta, RunJoin.key) != nil
        }
        if isJoining {
          #expect(try view.add(postings, number: block + 1, leaf: .zero) == false)
        }
        isLeft = try view.joinPiece(sizeBytes: 1)
        view.finishFilters()
        pieces += 1
      }
    }
    #expect(pieces > 64 + 8 * 4)
    #expect(try IndexRunTests.rows(view) == IndexRunTests.rows(whole))
    view.environment.close()
    whole.environment.close()
  }

  @Test("A join of eight runs leaves few free pages in the file", .timeLimit(.minutes(3)))
  func freePages() throws {
    let directory = try TemporaryDirectory()
    let view = try IndexView.open(at: directory.path + "/view", isReadOnly: false)
    var random = SeededRandom(5)
    for block in 0..<UInt64(64) {
      let postings = (0..<UInt32(3_000)).map {
        Posting(kind: .id, fingerprint: random.next(), offset: $0 * 20)
      }
      _ = try view.append(
        block: postings.sorted(), from: block * IndexRun.positionsPerBlock, leaf: .zero,
        pieceSizeBytes: 64 << 10)
    }
    let used = try view.environment.withRead { transaction in
      let pages = try transaction.statistics(view.runs)
      return pages.branchPages + pages.leafPages + pages.overflowPages
    }
    view.environment.close()
    let path = directory.path + "/view/data.mdb"
    let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    // With the eight runs taken away at the end, as many pages are free as are in use.
    #expect(used > 64 * 8 && size / 4_096 < used * 13 / 10, "\(size / 4_096) of \(used) pages")
  }

  @Test("A row whose bytes changed is found out by its checksum")
  func checksum() throws {
    let key = PostingChunk.key(IndexRun(level: 0, firstBlock: 3), .tag, 5, 6)
    let value = PostingChunk.value(IndexRunTests.postings(1).prefix(20), key: key)
    #expect(try PostingChunk.count(value.span.bytes, key: key.span.bytes) == 20)
    for bit in 0..<value.count * 8 {
      var flipped = value
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: LogError(.damaged, "")) {
        try PostingChunk.count(flipped.span.bytes, key: key.span.bytes)
      }
    }
  }
}
