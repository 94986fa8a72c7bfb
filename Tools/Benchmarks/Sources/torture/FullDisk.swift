internal import Casefile
internal import CasefileLog
internal import Glibc
internal import Workload

/// A store on a small tmpfs that is filled up: typed error, no signal, and all is there when there
/// is space again.
struct FullDiskCampaign {
  let directory: String
  let rounds: Int

  func run(_ journal: inout Journal) throws {
    guard getuid() == 0 else {
      Output.line("  skipped: only root may mount the small file system that is filled up")
      return
    }
    for round in 1...rounds {
      let disk = "\(directory)/disk-\(round)"
      try Files.makeDirectory(disk)
      let sizeKiB = Int.random(in: 4000...8000, using: &journal.random) & ~3
      guard mount("tmpfs", disk, "tmpfs", 0, "size=\(sizeKiB)k") == 0 else {
        Output.line("  skipped: mounting a tmpfs failed: \(String(cString: strerror(errno)))")
        return
      }
      defer { umount2(disk, Int32(2)) }
      try run(round, disk, sizeKiB, &journal)
    }
  }

  private func run(_ round: Int, _ disk: String, _ sizeKiB: Int, _ journal: inout Journal) throws {
    // What is deleted when the disk is full: other programs made the room.
    try Files.write([UInt8](repeating: 1, count: 2 << 20), to: "\(disk)/filler")
    let path = "\(disk)/store"
    try StoreMaker.make(path, events: 100)
    let output = "\(directory)/fill-\(round).output"
    let seed = UInt64.random(in: 0...UInt64(UInt32.max), using: &journal.random)
    let end = try Child.role(["role-fill", path, "\(seed)"], output: output).wait()
    let told = try Report.read(output)
    let place = "round \(round), \(sizeKiB) KiB"
    if end != .exit(0) { journal.fail("\(place): the child ended with \(end): \(told.others)") }
    if told.failures.first?.code != "diskFull" {
      journal.fail("\(place): the first error was \(told.failures.first.map { "\($0)" } ?? "none")")
    }
    for failure in told.failures.dropFirst()
    where !["diskFull", "ioFailed"].contains(failure.code) {
      journal.fail("\(place): a later error was \(failure)")
    }
    // A full disk must not keep anybody from reading.
    let read = told.others.last.flatMap { Int($0.dropFirst(5)) } ?? -1
    if read < told.acknowledged.count + 100 {
      journal.fail("\(place): reading on the full disk gave \(told.others)")
    }
    Files.remove("\(disk)/filler")
    let check = StoreCheck(path, told.acknowledged, appends: true, random: &journal.random)
    journal.fail(check.problems, in: place)
    journal.count("filled, first error \(told.failures.first?.code ?? "none")")
  }
}

/// Appends until the disk is full, and once more, then reads what is there.
enum FillRole {
  static func run(_ arguments: inout Arguments) throws {
    let path = try arguments.word("path")
    var random = SeededRandom(try arguments.numberWord("seed"))
    var store = try Store.open(at: path)
    var next = 0
    var failures = 0
    while failures < 3, next < 200_000 {
      let range = next..<next + Int.random(in: 1...150, using: &random)
      do {
        Report.acknowledge(
          lane: 1, first: next,
          try store.appendBlocking(SampleEvents.events(lane: 1, range)))
        next = range.upperBound
      } catch {
        Report.failure(error)
        failures += 1
        if failures == 2 {
          // The advice of the error: open it again.
          store.close()
          do {
            store = try Store.open(at: path)
          } catch {
            Report.failure(error)
            break
          }
        }
      }
    }
    store.close()
    let reader = try Store.open(at: path, configuration: .init(isReadOnly: true))
    var count = 0
    try reader.read { _ in
      count += 1
      return true
    }
    reader.close()
    Output.line("READ \(count)")
  }
}
