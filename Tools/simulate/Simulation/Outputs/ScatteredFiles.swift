import Foundation

/// Rows over several files with one header each, in the order of writing or shuffled.
///
/// Shuffling keeps no rows in memory but those of one heap: each row is thrown on a heap by chance,
/// and at the end heap after heap is read, shuffled and added to its file. So every order of the
/// rows of a file is possible, at any number of rows.
final class ScatteredFiles {
  private static let heapsPerFile = 64

  private let paths: [String]
  private let header: [UInt8]
  private let isShuffled: Bool
  private var dice: Dice
  private var outputs: [LineOutput] = []
  private(set) var rowCount = 0

  init(
    folder: String, name: String, header: String, count: Int, isShuffled: Bool, seed: UInt64
  ) throws(SimulationError) {
    self.header = Array((header + "\n").utf8)
    self.isShuffled = isShuffled
    dice = Dice(seed ^ 0xF11E5)
    paths = (1...count).map {
      folder + "/" + name + (count == 1 ? "" : "-" + String($0)) + ".csv"
    }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw SimulationError("the folder \(folder) can't be made: \(error.localizedDescription)")
    }
    for path in paths {
      if isShuffled {
        for heap in 0..<ScatteredFiles.heapsPerFile {
          outputs.append(
            try LineOutput(ScatteredFiles.heap(path, heap), bufferSizeBytes: 1 << 14))
        }
      } else {
        let output = try LineOutput(path)
        try output.write(self.header)
        outputs.append(output)
      }
    }
  }

  private static func heap(_ path: String, _ number: Int) -> String { "\(path).heap\(number)" }

  /// Rows in their order go to the files in turn; shuffled ones anywhere.
  func write(_ row: [UInt8]) throws(SimulationError) {
    let place = isShuffled ? dice.below(outputs.count) : rowCount % outputs.count
    rowCount += 1
    try outputs[place].writeLine(row)
  }

  func close() throws(SimulationError) {
    for output in outputs { try output.close() }
    outputs = []
    guard isShuffled else { return }
    for path in paths {
      let output = try LineOutput(path)
      try output.write(header)
      for number in 0..<ScatteredFiles.heapsPerFile {
        try emptyHeap(ScatteredFiles.heap(path, number), into: output)
      }
      try output.close()
    }
  }

  private func emptyHeap(_ path: String, into output: LineOutput) throws(SimulationError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SimulationError("\(path) can't be read again")
    }
    let bytes = [UInt8](data)
    var rows: [Range<Int>] = []
    var start = 0
    // No cell of an export holds a line break.
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      rows.append(start..<index + 1)
      start = index + 1
    }
    for index in rows.indices.reversed() { rows.swapAt(index, dice.below(index + 1)) }
    for row in rows { try output.write(bytes[row]) }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw SimulationError("\(path) can't be removed: \(error.localizedDescription)")
    }
  }
}
