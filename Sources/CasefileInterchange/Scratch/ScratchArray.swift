internal import CPrefetch

/// A growing array of plain values that lies on disk once it is large.
///
/// Up to a megabyte it is memory like any other; beyond that it is mapped from a file without a name
/// (see `ScratchFile`), which the system writes out and reads back as it needs memory. So an import
/// takes disk for each row, and no memory that can't be given back. Where the disk has no room, the
/// array stays in memory: the import then fails, if at all, when it stores.
///
/// Copies share their values: it is a reference, kept in one place and read in others.
package struct ScratchArray<Element> {
  private struct Header {
    var base: UnsafeMutablePointer<Element>
    var count: Int
    var capacity: Int
  }

  /// Frees the memory, or the mapping, with the last copy.
  private final class Owner {
    let header: UnsafeMutablePointer<Header>
    var file: ScratchFile?

    init() {
      header = .allocate(capacity: 1)
      header.initialize(to: Header(base: .allocate(capacity: 16), count: 0, capacity: 16))
    }

    deinit {
      if file == nil { header.pointee.base.deallocate() }
      header.deallocate()
    }
  }

  private let owner = Owner()
  // Read without asking the class: its fields would be checked for overlapping access each time.
  private let header: UnsafeMutablePointer<Header>
  private let directory: String?

  /// Makes an empty array.
  ///
  /// - Parameter directory: where its file is made when it grows; nil keeps it in memory.
  package init(in directory: String?) {
    precondition(_isPOD(Element.self), "Mapped bytes hold plain values only.")
    self.directory = directory
    header = owner.header
  }

  /// Makes an array of one value again and again.
  package init(repeating value: Element, count: Int, in directory: String?) {
    self.init(in: directory)
    append(repeating: value, count: count)
  }

  /// The number of values.
  package var count: Int { header.pointee.count }

  var isEmpty: Bool { count == 0 }

  /// Whether it has grown so large that it lies on disk.
  package var isMapped: Bool { owner.file != nil }

  /// Some of the values, copied.
  func values(_ range: Range<Int>) -> [Element] { withBuffer { Array($0[range]) } }

  /// Lends the values to a body, which may not make the array grow.
  package func withBuffer<Result>(
    _ body: (UnsafeMutableBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    // The last copy may be one that nobody names any more.
    try withExtendedLifetime(owner) {
      try body(
        UnsafeMutableBufferPointer(start: header.pointee.base, count: header.pointee.count))
    }
  }

  package subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < header.pointee.count, "There is no such value.")
      return header.pointee.base[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < header.pointee.count, "There is no such value.")
      header.pointee.base[index] = newValue
    }
  }

  package func append(_ value: Element) {
    let count = header.pointee.count
    if count == header.pointee.capacity { reserve(count + 1) }
    (header.pointee.base + count).initialize(to: value)
    header.pointee.count = count + 1
  }

  package func append(contentsOf values: UnsafeBufferPointer<Element>) {
    guard let start = values.baseAddress, !values.isEmpty else { return }
    let count = header.pointee.count
    if count + values.count > header.pointee.capacity { reserve(count + values.count) }
    (header.pointee.base + count).initialize(from: start, count: values.count)
    header.pointee.count = count + values.count
  }

  func append(repeating value: Element, count: Int) {
    let start = header.pointee.count
    reserve(start + count)
    (header.pointee.base + start).initialize(repeating: value, count: count)
    header.pointee.count = start + count
  }

  package func append(contentsOf values: [Element]) {
    values.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Asks for a value that will be read soon, and for the ones behind it as far as a cache line goes:
  /// memory answers many such questions in the time of one. Any index may be asked for.
  func prefetch(_ index: Int) {
    guard index >= 0, index < header.pointee.count else { return }
    casefile_prefetch(header.pointee.base + index)
  }

  /// Asks for all of some values.
  func prefetch(_ range: Range<Int>) {
    let valuesPerLine = max(1, 64 / MemoryLayout<Element>.stride)
    for index in stride(from: range.lowerBound, to: range.upperBound, by: valuesPerLine) {
      prefetch(index)
    }
    prefetch(range.upperBound - 1)
  }

  func contains(_ value: Element) -> Bool where Element: Equatable {
    withBuffer { $0.contains(value) }
  }

  private func reserve(_ count: Int) {
    let old = header.pointee
    guard count > old.capacity else { return }
    let stride = MemoryLayout<Element>.stride
    // A mapped array grows without being copied, so that it needs little in reserve.
    let growth = owner.file == nil ? old.capacity : old.capacity / 4
    let capacity = max(count, old.capacity + growth)
    if let directory, capacity * stride > ScratchFile.sizeBytesMin {
      if let file = owner.file ?? ScratchFile(in: directory),
        let raw = file.grow(toSizeBytes: capacity * stride)
      {
        let base = raw.bindMemory(to: Element.self, capacity: file.sizeBytes / stride)
        if owner.file == nil {
          base.initialize(from: old.base, count: old.count)
          old.base.deallocate()
        }
        owner.file = file
        header.pointee.base = base
        header.pointee.capacity = file.sizeBytes / stride
        return
      }
    }
    let base = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    base.initialize(from: old.base, count: old.count)
    if owner.file == nil { old.base.deallocate() }
    owner.file = nil
    header.pointee.base = base
    header.pointee.capacity = capacity
  }
}
