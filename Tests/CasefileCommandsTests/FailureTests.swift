import CasefileLog
import CasefileModel
import Testing

@testable import CasefileCommands

@Suite("Failures and exit status")
struct FailureTests {
  @Test("Every code of the log has its exit status")
  func log() {
    let no: [LogError.Code] = [
      .versionConflict, .idReused, .changedSince, .invalidEvent, .tooLarge, .emptyAppend, .damaged,
      .noSuchView, .viewStopped,
    ]
    let couldNotRun: [LogError.Code] = [
      .storeMissing, .storeExists, .directoryNotEmpty, .newerFormat, .olderFormat, .notAStore,
      .locked, .readOnly, .permissionDenied, .diskFull, .ioFailed, .networkFileSystem, .closed,
      .cancelled, .unknownOutcome, .wrongLog, .limit, .clockJumped,
    ]
    for code in no {
      let failure = FailureTable.failure(for: LogError(code, "m", position: Position(3)))
      #expect(failure.status == .no)
      #expect(failure.code == code.description)
      #expect(failure.position == Position(3))
    }
    for code in couldNotRun {
      #expect(FailureTable.failure(for: LogError(code, "m")).status == .couldNotRun)
    }
    #expect(FailureTable.log.count == no.count + couldNotRun.count)
  }

  @Test("Refused input and damaged bytes are a no")
  func model() {
    for code in FailureTable.model.keys {
      #expect(FailureTable.failure(for: ModelError(code, "m")).status == .no)
    }
    for code in FailureTable.codec.keys {
      #expect(FailureTable.failure(for: CodecError(code, "m", at: 0)).status == .no)
    }
    #expect(FailureTable.model.count == 16)
    #expect(FailureTable.codec.count == 7)
  }

  @Test("An invalid event is told by its cause")
  func cause() {
    let error = LogError(.invalidEvent, "no", cause: ModelError(.personalData, "a phone number"))
    #expect(FailureTable.failure(for: error).code == "personalData")
  }

  @Test("What nobody foresaw could not run")
  func unknown() {
    struct Odd: Error {}
    #expect(FailureTable.failure(for: Odd()).status == .couldNotRun)
  }

  @Test("The JSON form has every member, the text one line")
  func forms() {
    var failure = CommandFailure("idReused", "it is\nused\u{1B}", .no, position: Position(4))
    #expect(
      failure.json.text
        == #"{"error":{"code":"idReused","message":"it is\nused\u001b","file":null,"line":null,"position":4}}"#
    )
    failure = failure.at(file: "a.ndjson", line: 3)
    #expect(failure.text == "casefile: a.ndjson:3: it is used\\u{001B}")
    #expect(CommandFailure.usage("x").at(file: nil, line: 2).text == "casefile: line 2: x")
  }

  @Test(
    "The wanted form is known before the arguments are parsed",
    arguments: [
      (["log", "stat", "--format", "json"], true), (["--format=json"], true),
      (["--format", "text"], false), (["append", "--", "--format", "json"], false), ([], false),
    ])
  func wantsJSON(arguments: [String], wanted: Bool) {
    #expect(CasefileProgram.wantsJSON(arguments) == wanted)
  }
}
