import CLMDB

/// Where rows of a data file can lie.
///
/// LMDB has no checksums and believes the sizes that it finds: one flipped bit makes a value of 100
/// bytes one of megabytes, and reading it beyond the end of the file is a SIGBUS. So every row that
/// a read transaction hands out must lie inside one page, or fill the overflow pages that begin
/// before it.
struct PageBounds {
  private static let headerSize = 16
  private static let overflowFlag: UInt16 = 4

  private let pageSize: Int
  private let lastPage: UInt64

  init(_ environment: EnvironmentCore.Handle) {
    var statistics = MDB_stat()
    // SAFETY: the caller keeps the environment open, and the result pointers are local variables.
    var information = unsafe MDB_envinfo()
    _ = unsafe mdb_env_stat(environment.pointer, &statistics)
    _ = unsafe mdb_env_info(environment.pointer, &information)
    pageSize = max(Int(statistics.ms_psize), 512)
    lastPage = unsafe UInt64(information.me_last_pgno)
  }

  /// Whether the bytes lie where they may; those of an overflow page are looked up in its header.
  func contain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let start = bytes.baseAddress else { return true }
    let offset = Int(bitPattern: start) & (pageSize - 1)
    if bytes.count <= pageSize - offset { return true }
    guard offset == Self.headerSize else { return false }
    // SAFETY: the page begins right before, and LMDB has read its header.
    let page = unsafe start - Self.headerSize
    let number = unsafe page.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    let flags = unsafe page.loadUnaligned(fromByteOffset: 10, as: UInt16.self)
    let count = unsafe UInt64(page.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
    return flags & Self.overflowFlag != 0 && number <= lastPage && count <= lastPage + 1 - number
      && bytes.count <= Int(count) * pageSize - Self.headerSize
  }

  static func error(_ table: Table) -> LMDBError {
    LMDBError(
      code: .damaged,
      message: "a row of the table \(table.name) has a size that reaches beyond its page; restore "
        + "the files from a copy")
  }
}
