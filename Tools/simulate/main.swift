import CasefileModel
import Foundation

// Writes the history of a small help desk as NDJSON, the form that `casefile append` takes. The same
// seed gives the same bytes.
//
//   simulate [--tickets N] [--seed S] [--start TIME]

var desk = HelpDesk(seed: 1, start: Timestamp("2026-03-02T06:00:00Z") ?? Timestamp(seconds: 0))
var ticketCount = 200

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(2)
}

var arguments = CommandLine.arguments.dropFirst()
while let name = arguments.popFirst() {
  guard let value = arguments.popFirst() else {
    fail("usage: simulate [--tickets N] [--seed S] [--start TIME]; \(name) needs a value")
  }
  switch name {
  case "--tickets":
    guard let count = Int(value), (0...10_000_000).contains(count) else {
      fail("--tickets takes a whole number up to 10000000, not \(value)")
    }
    ticketCount = count
  case "--seed":
    guard let seed = UInt64(value) else { fail("--seed takes a whole number, not \(value)") }
    desk.random = SplitMix(seed)
    desk.seed = seed
  case "--start":
    guard let start = Timestamp(value) else { fail("--start takes a time, not \(value)") }
    desk.start = start
  default: fail("usage: simulate [--tickets N] [--seed S] [--start TIME]; \(name) is unknown")
  }
}

for line in desk.history(tickets: ticketCount) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
