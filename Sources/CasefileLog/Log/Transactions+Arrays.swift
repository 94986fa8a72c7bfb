internal import LMDB

/// Rows as arrays, where a copy does not matter.
extension WriteTransaction {
  mutating func put(_ table: Table, _ key: [UInt8], _ value: [UInt8]) throws(LMDBError) {
    try put(table, key.span.bytes, value.span.bytes)
  }

  mutating func put(_ table: Table, _ key: UInt64, _ value: [UInt8]) throws(LMDBError) {
    try put(table, key, value.span.bytes)
  }

  func copy(_ table: Table, _ key: [UInt8]) throws(LMDBError) -> [UInt8]? {
    guard let value = try value(table, key.span.bytes) else { return nil }
    return value.withUnsafeBytes { Array($0) }
  }
}

extension ReadTransaction {
  func copy(_ table: Table, _ key: [UInt8]) throws(LMDBError) -> [UInt8]? {
    guard let value = try value(table, key.span.bytes) else { return nil }
    return value.withUnsafeBytes { Array($0) }
  }
}
