extension String {
  /// The text of bytes; nil if they are not UTF-8.
  ///
  /// `String(validating:as:)` is generic and asks the runtime for its types on each call: a name of 16
  /// bytes took it 147 ns, this 49 (2026-11-26), and an event has a handful of them.
  package init?(utf8 bytes: RawSpan) {
    let text = bytes.withUnsafeBytes { bytes -> String? in
      let bytes = bytes.bindMemory(to: UInt8.self).span
      guard let valid = try? UTF8Span(validating: bytes) else { return nil }
      return String(copying: valid)
    }
    guard let text else { return nil }
    self = text
  }

  /// The text of bytes; nil if they are not UTF-8.
  package init?(utf8 bytes: [UInt8]) { self.init(utf8: bytes.span.bytes) }
}

extension RawSpan {
  /// Whether the bytes are UTF-8, found without a copy.
  package var isUTF8: Bool {
    withUnsafeBytes { (try? UTF8Span(validating: $0.bindMemory(to: UInt8.self).span)) != nil }
  }
}
