#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Looks at `data.mdb` with plain reads, before LMDB maps it.
///
/// In a mapped file a missing page is a SIGBUS, which no handler can turn into an error. LMDB
/// itself checks only the first meta page that it meets.
struct DataFile: ~Copyable {
  /// Holds both meta pages, whatever the page size.
  private static let headSize = 32_768 + MetaPage.size
  /// Another process may commit while we look; then we look again, so often.
  private static let attemptsMax = 100

  private let path: String
  private let file: FileDescriptor

  init(directory: String) throws(LMDBError) {
    path = directory + "/data.mdb"
    file = try FileDescriptor(reading: path)
  }

  /// Checks both meta pages, the roots, and that all pages in use are inside the file.
  ///
  /// - Returns: the page size.
  /// - Throws: `.damaged` or `.versionMismatch`, naming the file and the place.
  func check() throws(LMDBError) -> Int {
    let status = try file.status()
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LMDBError(code: .damaged, message: "\(path) is not a regular file")
    }
    var head = try file.read(count: Self.headSize, at: 0)
    for _ in 1..<Self.attemptsMax {
      do throws(LMDBError) {
        return try check(head: head)
      } catch {
        // Long enough for another process to finish writing its meta page.
        usleep(2_000)
        let before = head
        head = try file.read(count: Self.headSize, at: 0)
        if head == before { throw error }
      }
    }
    return try check(head: head)
  }

  private func check(head: [UInt8]) throws(LMDBError) -> Int {
    let first = try meta(0, in: head, at: 0)
    let second = try meta(1, in: head, at: first.pageSize)
    guard second.pageSize == first.pageSize else {
      throw LMDBError(
        code: .damaged,
        message: "\(path): meta page 0 says pages of \(first.pageSize) bytes, meta page 1 of "
          + "\(second.pageSize)")
    }
    let current = second.transactionID > first.transactionID ? second : first
    guard current.transactionID - min(first.transactionID, second.transactionID) <= 1 else {
      throw LMDBError(
        code: .damaged,
        message: "\(path): the meta pages are of the transactions \(first.transactionID) and "
          + "\(second.transactionID), which do not follow each other; restore it from a copy")
    }
    guard current.hasPossibleTrees else {
      throw LMDBError(
        code: .damaged,
        message: "\(path): meta page \(current.transactionID % 2) has an impossible tree; restore "
          + "it from a copy")
    }
    try checkLength(current)
    for root in [current.freeList.root, current.main.root] {
      if let root { try checkRoot(root, current) }
    }
    return current.pageSize
  }

  private func meta(
    _ number: UInt64, in head: [UInt8], at offset: Int
  ) throws(LMDBError) -> MetaPage {
    do throws(LMDBError) {
      return try MetaPage(head.rawSpan.extracting(droppingFirst: offset), number: number)
    } catch {
      throw LMDBError(
        code: error.code,
        message: "\(path): \(error.message); the other meta page may be good, so keep the file, "
          + "and restore from a copy or repair it")
    }
  }

  /// Checks the head of the first page of a tree, which LMDB reads in every transaction.
  private func checkRoot(_ number: UInt64, _ meta: MetaPage) throws(LMDBError) {
    let head = try file.read(count: 16, at: Int(number) * meta.pageSize)
    let bytes = head.rawSpan
    guard bytes.byteCount == 16, bytes.number(at: 0, as: UInt64.self) == number,
      [1, 2].contains(bytes.number(at: 10, as: UInt16.self)),
      bytes.number(at: 12, as: UInt16.self) >= 16,
      bytes.number(at: 14, as: UInt16.self) <= meta.pageSize
    else {
      throw LMDBError(
        code: .damaged,
        message: "\(path): page \(number) is not the root that meta page "
          + "\(meta.transactionID % 2) says; restore it from a copy")
    }
  }

  private func checkLength(_ meta: MetaPage) throws(LMDBError) {
    // The size is read after the meta page: a commit writes its pages before its meta page.
    let size = Int(try file.status().st_size)
    let pages = UInt64(size / meta.pageSize)
    guard pages <= meta.lastPage else { return }
    // A page that was taken and freed in one transaction is counted but never written, so the
    // tail may be missing if all of it is on the free list.
    let freePages = try FreeList(path: path, meta: meta, pagesInFile: pages)
      .pages(from: pages, in: file)
    let missing = meta.lastPage + 1 - pages
    guard UInt64(freePages.count) == missing else {
      throw LMDBError(
        code: .damaged,
        message: "\(path) is cut off: it has \(pages) whole pages of \(meta.pageSize) bytes, "
          + "\(missing) are missing and \(freePages.count) of those are free; restore it from a "
          + "copy")
    }
  }
}
