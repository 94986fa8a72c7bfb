import CLMDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension EnvironmentCore {
  /// Begins a read transaction; its user calls ``leave()`` after ending it.
  func beginRead() throws(LMDBError) -> OpenTransaction {
    let handle = try enter()
    do throws(LMDBError) {
      return try begin(handle, flags: MDB_RDONLY)
    } catch {
      leave()
      throw error
    }
  }

  /// Begins a write transaction on this thread; its user resets ``writerThread`` and calls
  /// ``leave()`` after ending it.
  func beginWrite(thread: UInt) throws(LMDBError) -> OpenTransaction {
    let handle = try enter()
    do throws(LMDBError) {
      guard !configuration.isReadOnly else {
        throw LMDBError(code: .readOnly, message: "\(directory) is open for reading only")
      }
      // LMDB would wait for itself for ever.
      guard writerThread != thread else {
        throw LMDBError(
          code: .badTransaction,
          message: "this thread has a write transaction open in \(directory); end it first")
      }
      if upkeep.isDue() { try checkReaders(handle) }
      let transaction = try begin(handle, flags: 0)
      do throws(LMDBError) {
        try writeCheck.begin(transaction.snapshot)
      } catch {
        transaction.abort()
        throw error
      }
      writerThread = thread
      return transaction
    } catch {
      leave()
      throw error
    }
  }

  /// Begins a transaction that knows every table of its snapshot.
  private func begin(_ handle: Handle, flags: Int32) throws(LMDBError) -> OpenTransaction {
    while true {
      let transaction: OpenTransaction
      do throws(OpenTransaction.StatusError) {
        transaction = try .begin(handle, flags: flags)
      } catch {
        throw lockError(error.number, "beginning a transaction")
      }
      let names = transaction.snapshot.meta.main.statistics
      if tables.isCurrent(mainRows: names.entries) { return transaction }
      transaction.abort()
      try tables.openAll(handle)
    }
  }

  /// Turns a failed call that takes LMDB's shared locks into an error.
  func lockError(_ number: Int32, _ operation: String) -> LMDBError {
    // EINVAL: a process with LMDB 0.9.26 to 0.9.31 destroyed the shared mutexes.
    guard number == EINVAL else { return LMDBError(number, "\(operation) in \(directory)") }
    return LMDBError(
      code: .lockFailed,
      message: "\(operation) in \(directory) failed: the locks are gone; close the environment "
        + "and open it again",
      lmdbCode: number)
  }

  /// Turns a failed call of a writing transaction into an error, and ends the environment when
  /// the state of the files is unknown after it.
  func writeError(_ number: Int32, _ operation: String) -> LMDBError {
    let error = LMDBError(
      FileSystem.cause(of: number, in: directory), "\(operation) in \(directory)")
    guard error.endsEnvironment else { return error }
    markPoisoned()
    return LMDBError(
      code: error.code,
      message: error.message + "; its fate is unknown: close the environment, open it again and "
        + "look whether the change is there",
      lmdbCode: error.lmdbCode)
  }
}
