import CZlib

/// Decompresses gzip data of one or more members (RFC 1952), piece by piece.
final class GzipInflater {
  /// What came of one step.
  enum Step {
    /// Input is used up or the output is full.
    case progress
    /// A member ended and its checksum holds.
    case memberEnd
    /// What comes next is no gzip data.
    case noMember
    /// The data are damaged; what zlib says of it.
    case damaged(String)
  }

  // zlib keeps a pointer back to the stream, so that it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether at least one whole member was read and nothing yet shows that another one follows.
  private(set) var isBetweenMembers = false
  /// Whether zlib may hold output for which there was no room.
  private(set) var mayHaveOutput = false
  private var isUsable: Bool

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15: the largest window; 16: a gzip header and its checksum.
    isUsable =
      inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Whether a byte follows the last member that is too few to be another one.
  var hasStrayByte: Bool { isBetweenMembers && stream.pointee.total_in > 0 }

  /// Decompresses from the front of `input` to the front of `output`, which is not empty.
  ///
  /// - Returns: bytes used, bytes made, and what came of it.
  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (used: Int, made: Int, step: Step) {
    guard isUsable else { return (0, 0, .damaged("zlib could not be set up")) }
    let inputCount = UInt32(clamping: input.count)
    let outputCount = UInt32(clamping: output.count)
    // zlib's input pointer lacks `const` on some systems; it does not write there.
    stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
      .assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = inputCount
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = outputCount
    let isFirst = !isBetweenMembers
    let result = CZlib.inflate(stream, Z_NO_FLUSH)
    let used = Int(inputCount - stream.pointee.avail_in)
    let made = Int(outputCount - stream.pointee.avail_out)
    mayHaveOutput = stream.pointee.avail_out == 0
    switch result {
    case Z_OK, Z_BUF_ERROR:
      // Two bytes tell a gzip member; before them nothing is known of what follows.
      if stream.pointee.total_in > 1 { isBetweenMembers = false }
      return (used, made, .progress)
    case Z_STREAM_END:
      mayHaveOutput = false
      isUsable = inflateReset(stream) == Z_OK
      isBetweenMembers = true
      return (used, made, .memberEnd)
    default:
      let isHeader = stream.pointee.total_out == 0 && made == 0
      if !isFirst, isHeader, stream.pointee.total_in <= 2 { return (used, made, .noMember) }
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(result)"
      return (used, made, .damaged(reason))
    }
  }
}
