/// Text of another encoding as UTF-8, piece by piece.
///
/// What the encoding does not have becomes the byte 0xFF, which UTF-8 never has: the reader of rows
/// finds it there and names the line.
struct TranscodedSource: ByteSource {
  private var source: any ByteSource
  private let encoding: TextEncoding
  private let scalars: [UInt32?]
  private var isBigEndian: Bool
  private var hasBegun = false
  private var input: [UInt8] = []
  private var output: [UInt8] = []
  private var outputStart = 0
  private var isAtEnd = false
  private var chunk = [UInt8](repeating: 0, count: 64 << 10)

  init(_ source: any ByteSource, from encoding: TextEncoding) {
    self.source = source
    self.encoding = encoding
    scalars = encoding.upperScalars
    isBigEndian = encoding == .utf16BE
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    while outputStart == output.count, !isAtEnd { try fill() }
    let count = min(buffer.count, output.count - outputStart)
    buffer.copyBytes(from: output[outputStart..<outputStart + count])
    outputStart += count
    return count
  }

  private mutating func fill() throws(ImportError) {
    output.removeAll(keepingCapacity: true)
    outputStart = 0
    let result = chunk.withUnsafeMutableBytes { raw in
      Result { () throws(ImportError) in try source.read(into: raw) }
    }
    let count = try result.get()
    input += chunk[0..<count]
    isAtEnd = count == 0
    if !hasBegun {
      guard input.count >= 4 || isAtEnd else { return }
      try begin()
    }
    encoding.isUTF16 ? decodeUTF16() : decodeBytes()
  }

  /// Skips a byte order mark, and refuses a file that says itself that it is in another encoding.
  private mutating func begin() throws(ImportError) {
    hasBegun = true
    func refuse(_ what: String) -> ImportError {
      ImportError(
        .csvEncoding,
        "the file begins as \(what) does, and the profile declares \(encoding.rawValue) in "
          + "csv.encoding; declare \(what)", line: 1, position: 1)
    }
    if input.starts(with: [0xEF, 0xBB, 0xBF]) { throw refuse("utf-8") }
    let isLittle = input.starts(with: [0xFF, 0xFE])
    let isBig = input.starts(with: [0xFE, 0xFF])
    guard encoding.isUTF16 else {
      if isLittle || isBig { throw refuse("utf-16") }
      return
    }
    if isLittle || isBig {
      if encoding == .utf16LE, isBig { throw refuse("utf-16be") }
      if encoding == .utf16BE, isLittle { throw refuse("utf-16le") }
      isBigEndian = isBig
      input.removeFirst(2)
    } else if encoding == .utf16, input.count >= 2 {
      // Without a mark: a header's first letter is mostly ASCII, so its upper byte is zero.
      isBigEndian = input[0] == 0 && input[1] != 0
    }
  }

  private mutating func decodeBytes() {
    for byte in input {
      if byte < 0x80 {
        output.append(byte)
      } else {
        append(scalars[Int(byte) - 0x80])
      }
    }
    input.removeAll(keepingCapacity: true)
  }

  private mutating func decodeUTF16() {
    var index = 0
    func unit(_ index: Int) -> UInt32 {
      let (first, second) = (UInt32(input[index]), UInt32(input[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    while index + 1 < input.count {
      let high = unit(index)
      guard (0xD800...0xDBFF).contains(high) else {
        append((0xDC00...0xDFFF).contains(high) ? nil : high)
        index += 2
        continue
      }
      guard index + 3 < input.count else {
        if !isAtEnd { break }
        append(nil)
        index += 2
        continue
      }
      let low = unit(index + 2)
      let isPair = (0xDC00...0xDFFF).contains(low)
      append(isPair ? 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00) : nil)
      index += isPair ? 4 : 2
    }
    input.removeFirst(index)
    // Half a letter at the end: the file was cut.
    if isAtEnd, !input.isEmpty {
      append(nil)
      input.removeAll()
    }
  }

  private mutating func append(_ scalar: UInt32?) {
    guard let scalar = scalar.flatMap({ Unicode.Scalar($0) }) else {
      output.append(0xFF)
      return
    }
    if let bytes = UTF8.encode(scalar) { output.append(contentsOf: bytes) }
  }
}
