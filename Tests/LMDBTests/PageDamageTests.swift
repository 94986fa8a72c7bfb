import Foundation
import LMDB
import Testing

/// LMDB follows every number in a page; one that was changed must not end the process.
@Suite("Damaged pages")
struct PageDamageTests {
  private static let pageSize = 4_096
  private static let rowCount: UInt64 = 300
  private static let numbers = 0..<rowCount

  /// Makes an environment whose tables have branches, leaves and long values, and free pages.
  private func fill(_ directory: borrowing TemporaryDirectory) throws -> (path: String, [UInt8]) {
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path)
    var write = try environment.beginWrite()
    let numbers = try write.makeTable("numbers", keys: .integer)
    let strings = try write.makeTable("strings", keys: .bytes)
    for key in Self.numbers {
      let value = Self.value(key)
      try write.append(numbers, key, value.span.bytes)
      let text = Self.text(key)
      try write.put(strings, text.span.bytes, text.span.bytes)
    }
    try write.commit()
    // Changed pages go to the free list.
    for round in UInt8(0)..<4 { try rewrite(environment, round) }
    environment.close()
    return (path, try Array(Data(contentsOf: URL(fileURLWithPath: path + "/data.mdb"))))
  }

  private static func value(_ key: UInt64) -> [UInt8] {
    [UInt8](repeating: UInt8(key % 251), count: key % 150 == 7 ? 9_000 : 40)
  }

  private static func text(_ key: UInt64) -> [UInt8] { Array("key \(key * 7_919 % 307)".utf8) }

  private func rewrite(_ environment: Environment, _ round: UInt8) throws {
    var write = try environment.beginWrite()
    let numbers = try write.makeTable("numbers", keys: .integer)
    let strings = try write.makeTable("strings", keys: .bytes)
    try write.append(numbers, 10_000 + UInt64(round), [round].span.bytes)
    let key = Self.text(UInt64(round) * 30)
    _ = try write.delete(strings, key.span.bytes)
    try write.put(strings, key.span.bytes, key.span.bytes)
    try write.put(numbers, 7, [UInt8](repeating: 7, count: 9_000).span.bytes)
    try write.commit()
  }

  /// The begins of the words to flip: the header of each page in use, and the offsets of its rows
  /// or, of a page of long values, its header only.
  private func words(_ file: [UInt8]) -> [Int] {
    var words: [Int] = []
    for page in stride(from: 2 * Self.pageSize, to: file.count, by: Self.pageSize) {
      // A later page of a long value has no header.
      let number = (0..<8).reduce(0) { $0 | Int(file[page + $1]) << (8 * $1) }
      guard number == page / Self.pageSize else { continue }
      let lower = Int(file[page + 12]) | Int(file[page + 13]) << 8
      let isTree = file[page + 10] & 3 != 0 && lower <= Self.pageSize
      words += stride(from: page, to: page + (isTree ? lower : 16), by: 2)
      guard isTree else { continue }
      // And the heads of some rows: sizes, flags, numbers of the pages below.
      for pointer in stride(from: page + 16, to: page + lower, by: 10) {
        let start = page + (Int(file[pointer]) | Int(file[pointer + 1]) << 8)
        words += stride(from: start, to: start + 8, by: 2)
      }
    }
    return words
  }

  private enum Outcome { case right, refused }

  /// Reads everything by cursor both ways and by key; what is handed out has to be right.
  private func read(_ path: String) throws -> Outcome {
    do throws(LMDBError) {
      let environment = try Environment.open(at: path)
      let read = try environment.beginRead()
      guard let numbers = try read.openTable("numbers", keys: .integer),
        let strings = try read.openTable("strings", keys: .bytes)
      else { throw LMDBError(code: .damaged, message: "a table is missing") }
      _ = try (read.count(numbers), read.count(strings))
      var wrong = 0
      for key in Self.numbers where key % 30 == 7 {
        if let value = try read.value(numbers, key), value.array != Self.value(key) { wrong += 1 }
        let text = Self.text(key)
        if let value = try read.value(strings, text.span.bytes), value.array != text { wrong += 1 }
      }
      let some = Self.numbers.filter { $0 % 30 == 7 }
      let together = try read.values(numbers, some)
      for (index, key) in some.enumerated() {
        // A damaged way to one key is told of where its value is asked for.
        do throws(LMDBError) {
          if let value = try together.value(index), value.array != Self.value(key) { wrong += 1 }
        } catch {
          #expect(error.code == .damaged, "\(error)")
        }
      }
      var forward: [UInt64] = []
      var cursor = try read.cursor(numbers)
      while try cursor.next() { forward.append(cursor.integerKey) }
      var backward: [UInt64] = []
      while try cursor.previous() { backward.append(cursor.integerKey) }
      #expect(forward == Array(Self.numbers) + [10_000, 10_001, 10_002, 10_003])
      #expect(backward == forward.reversed())
      var texts = try read.cursor(strings)
      var count = 0
      while try texts.next() {
        if texts.key.array != texts.value.array { wrong += 1 }
        count += 1
      }
      #expect(count == Self.numbers.count)
      #expect(wrong == 0)
      return .right
    } catch {
      #expect([.damaged, .incompatibleTable].contains(error.code), "\(error)")
      return .refused
    }
  }

  /// Flips one bit of each word, or of every so manyth, and puts it back.
  ///
  /// The lowest bits are left alone: LMDB rounds sizes up to even ones and has no checksums, so a
  /// size that is wrong by one can't be seen here. The log finds it by its hashes.
  private func flip(
    every step: Int, _ body: (_ path: String, _ word: Int) throws -> Outcome
  ) throws -> (right: Int, refused: Int) {
    let directory = try TemporaryDirectory()
    let (path, good) = try fill(directory)
    var counts = (right: 0, refused: 0)
    for (index, word) in words(good).enumerated() where index % step == 0 {
      let bit = 1 + index * 7 % 15
      let byte = word + bit / 8
      try change(path + "/data.mdb", at: UInt64(byte), to: [good[byte] ^ 1 << UInt8(bit % 8)])
      switch try body(path, word) {
      case .right: counts.right += 1
      case .refused: counts.refused += 1
      }
      try change(path + "/data.mdb", at: UInt64(byte), to: [good[byte]])
    }
    return counts
  }

  @Test("A flipped bit in a page is refused, or what is read is right")
  func reading() throws {
    let counts = try flip(every: 1) { path, _ in try read(path) }
    #expect(counts.refused > 300, "\(counts)")
    #expect(counts.right > 20, "\(counts)")
  }

  @Test("A change of a damaged file is refused, or done")
  func changing() throws {
    let counts = try flip(every: 5) { path, _ in
      let data = URL(fileURLWithPath: path + "/data.mdb")
      let before = try Data(contentsOf: data)
      defer {
        // In place, so that the next flip finds the file that it knows.
        try? change(path + "/data.mdb", at: 0, to: Array(before))
      }
      do throws(LMDBError) {
        let environment = try Environment.open(at: path)
        defer { environment.close() }
        do throws(LMDBError) {
          try append(environment)
        } catch {
          #expect(error.code != .other, "\(error)")
          throw error
        }
        return .right
      } catch {
        return .refused
      }
    }
    #expect(counts.refused > 20, "\(counts)")
    #expect(counts.right > 20, "\(counts)")
  }

  private func append(_ environment: Environment) throws(LMDBError) {
    for round in UInt8(10)..<13 {
      var write = try environment.beginWrite()
      let numbers = try write.makeTable("numbers", keys: .integer)
      let strings = try write.makeTable("strings", keys: .bytes)
      let long = [UInt8](repeating: round, count: 9_000)
      for key in 0..<UInt64(40) {
        try write.append(numbers, 20_000 + UInt64(round) * 100 + key, long.span.bytes)
      }
      for key in stride(from: UInt64(round), to: Self.rowCount, by: 97) {
        let text = Self.text(key)
        _ = try write.delete(strings, text.span.bytes)
        try write.put(strings, text.span.bytes, long.span.bytes)
        _ = try write.row(strings, atOrAfter: text.span.bytes) { _, value in value.byteCount }
      }
      if round == 12 { try write.removeAll(numbers) }
      try write.commit()
    }
  }
}
