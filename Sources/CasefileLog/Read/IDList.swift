internal import CasefileModel

/// The ids of a log, to find out whether one stands twice: six bytes an id.
///
/// Of each id 60 bits of a hash are kept, which is seeded anew in each process: in 4,096 lists by the
/// first 12 bits, the other 48 in the list. Equal ones are nearly always one id twice, and who asks
/// looks at the ids themselves then. Of ten million different ids two look equal in one of 23,000
/// verifications.
struct IDList: Sendable {
  private static let listBits: UInt64 = 12
  private static let restBits: UInt64 = 48
  /// A block: the number of the block before it in its list (2 words), then 84 rests of 3 words.
  private static let wordsPerBlock = 256
  private static let restsPerBlock = 84
  /// A megabyte.
  private static let blocksPerPiece = 2048

  private let seeds = (
    UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max),
    UInt64.random(in: .min ... .max)
  )
  private var pieces: [[UInt16]] = []
  private var blockCount = 0
  /// The newest block of each list, counted from 1, and how many rests it has.
  private var newest: [(block: UInt32, count: UInt16)] = Array(
    repeating: (0, 0), count: 1 << Int(IDList.listBits))

  /// What is kept of an id.
  func hash(_ id: EventID) -> UInt64 {
    let first = IDList.fold(id.high ^ seeds.0, id.low ^ seeds.1)
    return IDList.fold(first ^ seeds.2, 0x9E37_79B9_7F4A_7C15) >> 4
  }

  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  mutating func add(_ id: EventID) {
    let hash = hash(id)
    let list = Int(hash >> IDList.restBits)
    if newest[list].block == 0 || newest[list].count == IDList.restsPerBlock {
      addBlock(to: list)
    }
    let block = Int(newest[list].block) - 1
    let word =
      block % IDList.blocksPerPiece * IDList.wordsPerBlock + 2 + 3 * Int(newest[list].count)
    let piece = block / IDList.blocksPerPiece
    pieces[piece][word] = UInt16(truncatingIfNeeded: hash)
    pieces[piece][word + 1] = UInt16(truncatingIfNeeded: hash >> 16)
    pieces[piece][word + 2] = UInt16(truncatingIfNeeded: hash >> 32)
    newest[list].count += 1
  }

  private mutating func addBlock(to list: Int) {
    if blockCount.isMultiple(of: IDList.blocksPerPiece) {
      pieces.append(Array(repeating: 0, count: IDList.blocksPerPiece * IDList.wordsPerBlock))
    }
    let start = blockCount % IDList.blocksPerPiece * IDList.wordsPerBlock
    let before = newest[list].block
    pieces[pieces.count - 1][start] = UInt16(truncatingIfNeeded: before)
    pieces[pieces.count - 1][start + 1] = UInt16(truncatingIfNeeded: before >> 16)
    blockCount += 1
    newest[list] = (UInt32(blockCount), 0)
  }

  /// The hashes that were added more than once.
  func repeatedHashes() -> Set<UInt64> {
    var repeated: Set<UInt64> = []
    var seen: [UInt64] = []
    var rests: [UInt64] = []
    for list in newest.indices {
      rests.removeAll(keepingCapacity: true)
      forEachRest(in: list) { rests.append($0) }
      // An open hash table that is at most half full; 0: free.
      var size = 64
      while size < 2 * rests.count { size *= 2 }
      if seen.count == size {
        for index in seen.indices { seen[index] = 0 }
      } else {
        seen = Array(repeating: 0, count: size)
      }
      for rest in rests {
        var place = Int(rest) & (size - 1)
        while seen[place] != 0, seen[place] != rest + 1 { place = (place + 1) & (size - 1) }
        if seen[place] != 0 { repeated.insert(UInt64(list) << IDList.restBits | rest) }
        seen[place] = rest + 1
      }
    }
    return repeated
  }

  private func forEachRest(in list: Int, _ body: (UInt64) -> Void) {
    var (block, count) = newest[list]
    while block != 0 {
      let piece = pieces[(Int(block) - 1) / IDList.blocksPerPiece]
      let start = (Int(block) - 1) % IDList.blocksPerPiece * IDList.wordsPerBlock
      for index in 0..<Int(count) {
        let word = start + 2 + 3 * index
        body(UInt64(piece[word]) | UInt64(piece[word + 1]) << 16 | UInt64(piece[word + 2]) << 32)
      }
      block = UInt32(piece[start]) | UInt32(piece[start + 1]) << 16
      count = UInt16(IDList.restsPerBlock)
    }
  }
}
