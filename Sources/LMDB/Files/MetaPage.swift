/// One of the two pages at the start of a data file, either of which describes a whole snapshot.
///
/// Layout of LMDB 0.9 on 64 bits, in native byte order. The page header takes 16 bytes.
/// ```
/// offset size
///      0    8  page number (0 or 1)
///     10    2  flags (8: meta page)
///     16    4  magic 0xBEEFC0DE
///     20    4  format version (1)
///     32    8  map size
///     40   48  free list, a `TreeRecord`; its first 4 bytes are the page size
///     88   48  main table, a `TreeRecord`
///    136    8  last page that is in use
///    144    8  transaction id
/// ```
struct MetaPage: Equatable {
  static let size = 152
  private static let magic: UInt32 = 0xBEEF_C0DE
  private static let version: UInt32 = 1

  let pageSize: Int
  let freeList: TreeRecord
  let main: TreeRecord
  let lastPage: UInt64
  let transactionID: UInt64
  /// Whether the trees can be true. Only the newer page needs that: when writing a meta page fails,
  /// LMDB puts back the old last page and transaction id but leaves the new roots there.
  let hasPossibleTrees: Bool

  /// Checks one meta page.
  ///
  /// - Throws: the reason as `.damaged` or `.versionMismatch`, without the name of the file.
  init(_ bytes: RawSpan, number: UInt64) throws(LMDBError) {
    let name = "meta page \(number)"
    guard bytes.byteCount >= Self.size else {
      throw LMDBError(code: .damaged, message: "\(name) is cut off")
    }
    guard bytes.number(at: 16, as: UInt32.self) == Self.magic else {
      let isZero = (0..<Self.size).allSatisfy { bytes.number(at: $0, as: UInt8.self) == 0 }
      throw LMDBError(
        code: .damaged, message: isZero ? "\(name) is all zero" : "\(name) is not LMDB's")
    }
    let version = bytes.number(at: 20, as: UInt32.self)
    guard version == Self.version else {
      throw LMDBError(
        code: .versionMismatch, message: "\(name) has format version \(version), not 1")
    }
    let pageSize = Int(bytes.number(at: 40, as: UInt32.self))
    let lastPage = bytes.number(at: 136, as: UInt64.self)
    guard
      bytes.number(at: 0, as: UInt64.self) == number,
      bytes.number(at: 10, as: UInt16.self) == 8,
      pageSize >= 512, pageSize <= 32_768, pageSize.nonzeroBitCount == 1,
      lastPage >= 1, lastPage < UInt64(Int.max) / 32_768
    else {
      throw LMDBError(code: .damaged, message: "\(name) has an impossible header")
    }
    freeList = TreeRecord(bytes, at: 40)
    main = TreeRecord(bytes, at: 88)
    // LMDB writes flags for DUPSORT and other orders here; this layer never makes such tables.
    hasPossibleTrees =
      freeList.isPossible(lastPage: lastPage) && main.isPossible(lastPage: lastPage)
      && freeList.flags & 0x08 != 0 && main.flags == 0
    self.pageSize = pageSize
    self.lastPage = lastPage
    // Commits go to the two pages in turn; both are 0 in a new file.
    transactionID = bytes.number(at: 144, as: UInt64.self)
    guard transactionID % 2 == number || transactionID == 0 else {
      throw LMDBError(
        code: .damaged, message: "\(name) has the impossible transaction id \(transactionID)")
    }
  }
}

extension [UInt8] {
  var rawSpan: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: a byte has no padding.
      unsafe span.bytes
    }
  }
}

extension RawSpan {
  /// Reads a number that may be unaligned; LMDB aligns to two bytes only.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Number.Type
  ) -> Number {
    // SAFETY: every bit pattern is a valid integer; the span checks the bounds.
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: type)
  }
}
