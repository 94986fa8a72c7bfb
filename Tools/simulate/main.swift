import Foundation
import Simulation

// Writes the history of a simulated help desk; `simulate --help` says what it takes.

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(2)
}

do {
  guard let options = try Options(Array(CommandLine.arguments.dropFirst())) else {
    print(Options.usage)
    exit(0)
  }
  let summary = try SimulationRun(options).run()
  FileHandle.standardError.write(Data((summary.text + "\n").utf8))
} catch let error as SimulationError {
  fail("\(error)" + (error.isUsage ? "; see simulate --help" : ""))
} catch {
  fail("\(error)")
}
