import Casefile
import Synchronization
import Testing

/// Portions of work on several cores, handed out in order.
@Suite("Ordered work")
struct OrderedWorkTests {
  private final class Count: Sendable {
    let value = Atomic<Int>(0)
  }

  private struct Failure: Error, Equatable { let number: Int }

  /// Takes longer for some numbers than for others.
  private static func work(_ number: Int) -> Int {
    var sum = number
    for step in 0..<(number * 7_919 % 1_000) { sum = (sum &* 31 &+ step) % 1_000_003 }
    return sum
  }

  @Test("What comes of portions is handed out in the order in which they were begun")
  func order() throws {
    var work = OrderedWork<[Int]>()
    var handedOut: [Int] = []
    func take(isLast: Bool) throws {
      while let found = try work.next(isLast: isLast) {
        #expect(found == [handedOut.count, OrderedWorkTests.work(handedOut.count)])
        handedOut.append(found[0])
      }
    }
    for number in 0..<500 {
      work.add { [number, OrderedWorkTests.work(number)] }
      try take(isLast: false)
      // Some wait for a core; the others are out.
      #expect(handedOut.count == max(0, number + 1 - 16))
    }
    try take(isLast: true)
    #expect(handedOut == Array(0..<500))
    let rest = try work.next(isLast: true)
    #expect(rest == nil)
  }

  @Test("A failure comes at its place, after all that was begun before it")
  func failure() throws {
    var work = OrderedWork<Int>()
    for number in 0..<40 {
      work.add {
        if number == 25 { throw Failure(number: number) }
        return number
      }
    }
    var handedOut: [Int] = []
    #expect(throws: Failure(number: 25)) {
      while let number = try work.next(isLast: true) { handedOut.append(number) }
    }
    #expect(handedOut == Array(0..<25))
  }

  @Test("Nothing is handed out of what was given up")
  func cancelled() throws {
    let begun = Count()
    var work = OrderedWork<Int>()
    for number in 0..<10 {
      work.add {
        begun.value.add(1, ordering: .relaxed)
        return number
      }
    }
    work.cancel()
    let given = try work.next(isLast: true)
    #expect(given == nil)
    work.add { 11 }
    let next = try work.next(isLast: true)
    #expect(next == 11)
    #expect(begun.value.load(ordering: .relaxed) <= 10)
  }
}
