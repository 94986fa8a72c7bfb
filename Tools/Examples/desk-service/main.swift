import Casefile
import Foundation

// A service that embeds the store, from its first event to its cursor. It runs to an end: each run
// handles one more ticket and works off what came since the run before.
//
//   desk-service DIRECTORY

guard CommandLine.arguments.count == 2 else {
  FileHandle.standardError.write(Data("usage: desk-service DIRECTORY\n".utf8))
  exit(2)
}

do {
  let service = try DeskService(directory: CommandLine.arguments[1])
  defer { service.store.close() }
  let number = try service.store.statistics().streams + 1
  let ticket = "T-\(number)"

  let stored = try await service.recordContact(
    ticket: ticket, client: "c-\(1 + number % 2)", words: "It came broken.")
  print("recorded ticket \(ticket) at positions \(stored.map(\.position))")
  print(try await service.take(ticket, agent: "ag-anna"))
  print(try await service.take(ticket, agent: "ag-boris"))
  print("refund paid:", try await service.refund(ticket, kopecks: 129_900, agent: "ag-anna"))
  print("refund paid again:", try await service.refund(ticket, kopecks: 129_900, agent: "ag-anna"))
  print(try service.review(ticket))
  print("when it was opened:", try service.review(ticket, knownAt: .position(stored[1].position)))

  let (worked, progress) = try await service.catchUp()
  print("followed \(worked) events, next is \(progress.next)")
  for (client, total) in progress.totals.sorted(by: { $0.key < $1.key }) {
    print("client \(client): refunds \(total.count), kopecks \(total.kopecks)")
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(2)
}
