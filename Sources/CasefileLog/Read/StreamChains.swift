internal import CasefileModel

/// The newest event of every stream, as a verification goes along: 56 bytes a stream, and 8 to 16
/// more to find it by.
///
/// A dictionary moves everything when it grows, and then holds it twice; here only the small table of
/// places is made anew.
struct StreamChains: Sendable {
  struct Head: Sendable {
    fileprivate let stream: StreamKey
    var version: UInt64
    var leaf: Digest
  }

  private static let headsPerPiece = 4096

  private var pieces: [[Head]] = []
  /// Heads by their stream, counted from 1, as an open hash table that is at most half full; 0: free.
  /// A log of more streams than 32 bits count is beyond what memory holds of them.
  private var places: [UInt32] = Array(repeating: 0, count: 1024)
  private(set) var count = 0

  /// Makes an event the newest of its stream, and gives the one before it; nil: it is the first.
  mutating func advance(_ stream: StreamKey, to version: UInt64, _ leaf: Digest) -> Head? {
    if (count + 1) * 2 > places.count { grow() }
    var place = stream.place(in: places.count)
    while places[place] != 0 {
      let number = Int(places[place]) - 1
      let piece = number / StreamChains.headsPerPiece
      let index = number % StreamChains.headsPerPiece
      if pieces[piece][index].stream == stream {
        let head = pieces[piece][index]
        pieces[piece][index].version = version
        pieces[piece][index].leaf = leaf
        return head
      }
      place = (place + 1) & (places.count - 1)
    }
    if count.isMultiple(of: StreamChains.headsPerPiece) {
      pieces.append([])
      pieces[pieces.count - 1].reserveCapacity(StreamChains.headsPerPiece)
    }
    pieces[pieces.count - 1].append(Head(stream: stream, version: version, leaf: leaf))
    count += 1
    places[place] = UInt32(count)
    return nil
  }

  private mutating func grow() {
    places = Array(repeating: 0, count: places.count * 2)
    var number: UInt32 = 0
    for piece in pieces {
      for head in piece {
        number += 1
        var place = head.stream.place(in: places.count)
        while places[place] != 0 { place = (place + 1) & (places.count - 1) }
        places[place] = number
      }
    }
  }
}
