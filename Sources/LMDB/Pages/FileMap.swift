import CLMDB
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The data file of an open environment, mapped for reading a second time.
///
/// LMDB does not tell where its own map is. The pages in memory are the same ones, so this costs
/// addresses only. ``Snapshot`` reads through it, and checks what LMDB would believe.
// SAFETY: the memory is only read, and pages of a snapshot don't change while it is pinned.
@safe
final class FileMap: @unchecked Sendable {
  let pageSize: Int
  private let start: UnsafeRawPointer
  private let sizeBytes: Int
  private let descriptor: Int32
  private let forkCount = ForkWatch.count
  /// How many whole pages the file had when it was looked at last; LMDB never cuts it.
  private let knownPages = Atomic<UInt64>(0)

  /// Maps the file of an environment that was just opened; its descriptor stays LMDB's.
  init(_ environment: OpaquePointer, _ directory: String) throws(LMDBError) {
    var statistics = MDB_stat()
    var descriptor: Int32 = -1
    // SAFETY: the caller has the environment open, and the result pointers are local variables.
    var information = unsafe MDB_envinfo()
    unsafe mdb_env_stat(environment, &statistics)
    unsafe mdb_env_info(environment, &information)
    unsafe mdb_env_get_fd(environment, &descriptor)
    pageSize = Int(statistics.ms_psize)
    sizeBytes = unsafe Int(information.me_mapsize)
    self.descriptor = descriptor
    // SAFETY: the system picks the place; nothing is read here. Addresses beyond the end of the
    // file are never used, see `pages`.
    let map = unsafe mmap(nil, sizeBytes, PROT_READ, MAP_SHARED | MAP_NORESERVE, descriptor, 0)
    guard unsafe map != MAP_FAILED, let map = unsafe map else {
      throw LMDBError(
        code: errno == ENOMEM ? .addressSpaceTooSmall : .init(errno),
        message: "mapping \(directory) for reading failed: it needs addresses, not memory; raise "
          + "the limit (ulimit -v) or lower mapSizeBytes",
        lmdbCode: errno)
    }
    unsafe start = UnsafeRawPointer(map)
  }

  deinit {
    // In the child of a fork a snapshot of the parent may still be looked at.
    guard ForkWatch.count == forkCount else { return }
    // SAFETY: the environment is closed after its last transaction, so nothing points in here.
    unsafe munmap(UnsafeMutableRawPointer(mutating: start), sizeBytes)
  }

  /// How many of the first so many pages can be read: a page behind the end is a SIGBUS.
  private func pages(_ wanted: UInt64) -> UInt64 {
    if wanted <= knownPages.load(ordering: .relaxed) { return wanted }
    var status = stat()
    // SAFETY: the result pointer is a local variable; the descriptor is open with the environment.
    guard unsafe fstat(descriptor, &status) == 0 else { return 0 }
    let found = UInt64(min(Int(status.st_size), sizeBytes) / pageSize)
    knownPages.store(found, ordering: .relaxed)
    return min(wanted, found)
  }

  /// The state of the file that the transaction `id` made; nil when its meta page was written over
  /// since, or is not sound.
  ///
  /// Commits go to the two meta pages in turn. Once a later transaction than `id` took the same
  /// page, the one that wants to read has to begin again.
  func snapshot(_ id: UInt64) -> Snapshot? {
    guard pages(2) == 2 else { return nil }
    let number = id & 1
    let first = metaPage(number)
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    // A page that is being written looks different the second time.
    guard let first, first == metaPage(number), first.transactionID == id, first.hasPossibleTrees
    else { return nil }
    // SAFETY: only pages that are in the file are counted.
    return unsafe Snapshot(
      start: start, pageSize: pageSize, pageCount: pages(first.lastPage + 1), meta: first)
  }

  private func metaPage(_ number: UInt64) -> MetaPage? {
    // SAFETY: the file has at least two pages, and every bit pattern is a byte.
    let bytes = unsafe RawSpan(
      _unsafeStart: start + Int(number) * pageSize, byteCount: MetaPage.size)
    do throws(LMDBError) {
      let meta = try MetaPage(bytes, number: number)
      return meta.pageSize == pageSize ? meta : nil
    } catch {
      return nil
    }
  }
}
