/// The values of keys that were looked up together, in the order of the keys; valid as long as their
/// transaction.
@safe
public struct Values: ~Copyable, ~Escapable {
  private let table: Table
  private let found: [Snapshot.Found]

  /// Takes what a snapshot found; the caller ties it to the transaction of that.
  @_lifetime(immortal)
  init(_ found: [Snapshot.Found], _ table: Table) {
    self.found = found
    self.table = table
  }

  /// The number of keys.
  public var count: Int { found.count }

  /// The value of the key with this index among those that were asked for; nil when there is none.
  ///
  /// - Throws: `.damaged` where the lookup of this key came to a page that can't be right.
  @_lifetime(copy self)
  public func value(_ index: Int) throws(LMDBError) -> RawSpan? {
    switch found[index] {
    case .nothing: return nil
    case .damage(let damage): throw LMDBError(damage, table)
    case .value(let bytes):
      // SAFETY: the pages of a snapshot stay where they are until its transaction ends, and the
      // lifetime of self, which the span takes over, ends before.
      let span = unsafe RawSpan(_unsafeBytes: bytes)
      return unsafe _overrideLifetime(span, copying: self)
    }
  }
}
