/// Bytes in order, from a file or from memory.
package protocol ByteSource {
  /// Fills the front of a buffer that is not empty, and says how far; 0 at the end.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int
}
