import Crypto

/// Random bytes from the system by way of swift-crypto, which asks for all of them at once.
package enum SymmetricKeyBytes {
  package static func random(count: Int) -> [UInt8] {
    SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
  }
}
