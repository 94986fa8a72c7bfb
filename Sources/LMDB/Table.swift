/// A named, sorted map from keys to values inside an environment.
///
/// A handle: cheap to copy, valid for the environment that gave it, in every transaction begun
/// after the table became known to it. A table made in a transaction that was aborted is gone, and
/// using its handle is a thrown ``LMDBError/Code/badTransaction``.
public struct Table: Sendable, Hashable {
  /// How the keys of a table are compared.
  public enum Keys: Sendable, Hashable {
    /// Byte strings of 1 to ``Table/keySizeMax`` bytes, in lexicographic order.
    case bytes
    /// Unsigned 64-bit numbers in numeric order (`MDB_INTEGERKEY`).
    case integer
  }

  /// The name, empty for ``main``.
  public let name: String
  /// How keys are compared.
  public let keyKind: Keys
  /// LMDB's handle.
  let handle: UInt32
  /// Which handle this is, counted over the life of the process; 0 for ``main``. Tells a table
  /// from a later one that was given the same LMDB handle.
  let serial: UInt64
  /// The environment it belongs to; 0 for ``main``.
  let environment: UInt64

  /// The unnamed table which every environment has, with byte string keys.
  ///
  /// LMDB keeps the names of all other tables in it. Use it for rows only in an environment
  /// without named tables.
  public static let main = Table(name: "", keyKind: .bytes, handle: 1, serial: 0, environment: 0)

  /// The longest key in bytes. LMDB's default, and the only size that all builds read.
  public static let keySizeMax = 511
  /// The longest value in bytes: LMDB stores sizes in 32 bits.
  public static let valueSizeMax = 0xffff_ffff
}

extension Table {
  /// Checks that the table has integer keys, and gives this one as LMDB stores it.
  func integerKey(_ key: UInt64) -> IntegerKey {
    precondition(keyKind == .integer, "The table \(name) has byte string keys, not integers.")
    return IntegerKey(key)
  }

  /// Checks that the table has byte string keys, and the length of this one.
  func checkKey(_ key: RawSpan) throws(LMDBError) {
    precondition(keyKind == .bytes, "The table \(name) has integer keys, not byte strings.")
    guard key.byteCount > 0 else {
      throw LMDBError(code: .keyEmpty, message: "an empty key for the table \(name)")
    }
    guard key.byteCount <= Self.keySizeMax else {
      throw LMDBError(
        code: .keyTooLong,
        message: "a key of \(key.byteCount) bytes for the table \(name); the limit is "
          + "\(Self.keySizeMax)")
    }
  }

  /// Returns the table if its keys are of this kind.
  func checked(_ keys: Keys) throws(LMDBError) -> Table {
    guard keyKind == keys else {
      throw LMDBError(
        code: .incompatibleTable, message: "the table \(name) has \(keyKind) keys, not \(keys)")
    }
    return self
  }

  /// Checks the length of a value.
  func checkValue(sizeBytes: Int) throws(LMDBError) {
    guard sizeBytes <= Self.valueSizeMax else {
      throw LMDBError(
        code: .valueTooLong,
        message: "a value of \(sizeBytes) bytes for the table \(name); the limit is "
          + "\(Self.valueSizeMax)")
    }
  }
}

/// A number in native byte order, as keys of integer tables are.
struct IntegerKey {
  private let number: InlineArray<1, UInt64>

  init(_ number: UInt64) { self.number = [number] }

  var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: an integer has no padding.
      unsafe number.span.bytes
    }
  }
}

/// The size and shape of one table.
public struct TableStatistics: Sendable, Hashable {
  /// Levels of the tree; 0 when it is empty.
  public let depth: Int
  /// Inner pages.
  public let branchPages: Int
  /// Pages that hold rows.
  public let leafPages: Int
  /// Pages that hold values too long for a leaf.
  public let overflowPages: Int
  /// Rows.
  public let entries: Int
}
