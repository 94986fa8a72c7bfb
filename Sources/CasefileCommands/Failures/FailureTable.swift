import CasefileCalendars
import CasefileInterchange
import CasefileLog
import CasefileModel
import CasefileProjections

/// Which exit status each stable code of the layers below means: the one table of them.
enum FailureTable {
  /// `LogError` codes.
  static let log: [LogError.Code: ExitStatus] = [
    .versionConflict: .no, .idReused: .no, .changedSince: .no, .invalidEvent: .no, .tooLarge: .no,
    .emptyAppend: .no,
    // The bytes of an event do not match its hash: what was asked for can't be vouched for.
    .damaged: .no,
    .storeMissing: .couldNotRun, .storeExists: .couldNotRun, .directoryNotEmpty: .couldNotRun,
    .newerFormat: .couldNotRun, .olderFormat: .couldNotRun, .notAStore: .couldNotRun,
    .locked: .couldNotRun, .readOnly: .couldNotRun, .permissionDenied: .couldNotRun,
    .diskFull: .couldNotRun, .ioFailed: .couldNotRun, .networkFileSystem: .couldNotRun,
    .closed: .couldNotRun, .cancelled: .couldNotRun,
    .unknownOutcome: .couldNotRun, .wrongLog: .couldNotRun, .limit: .couldNotRun,
    .clockJumped: .couldNotRun, .noSuchView: .no, .viewStopped: .no,
  ]

  /// `ModelError` codes: input that the rules refuse.
  static let model: [ModelError.Code: ExitStatus] = [
    .invalidStream: .no, .invalidID: .no, .personalData: .no, .tooLarge: .no, .missingField: .no,
    .unknownType: .no, .unknownEnumValue: .no, .unknownField: .no, .wrongType: .no,
    .timeOutOfRange: .no, .invalidText: .no, .invalidJSON: .no, .wrongStreamKind: .no,
    .invalidGroup: .no, .duplicateType: .no, .invalidType: .no,
  ]

  /// `CodecError` codes: stored bytes that are no event.
  static let codec: [CodecError.Code: ExitStatus] = [
    .truncated: .no, .malformed: .no, .wrongSize: .no, .invalidText: .no, .missingField: .no,
    .tooDeep: .no, .wrongSeal: .no,
  ]

  /// Any error in the words of the command line. A code of a newer module that the table does not
  /// know means that the command could not run.
  static func failure(for error: any Error) -> CommandFailure {
    switch error {
    case let error as CommandFailure: return error
    case let error as LogError:
      // The cause tells the caller more than that the event is invalid.
      if error.code == .invalidEvent, let cause = error.cause as? ModelError {
        return failure(for: cause)
      }
      return CommandFailure(
        error.code.description, error.message, log[error.code] ?? .couldNotRun,
        position: error.position)
    case let error as ModelError:
      return CommandFailure(
        error.code.description, error.message, model[error.code] ?? .couldNotRun)
    case let error as CodecError:
      return CommandFailure(
        error.code.description, error.description, codec[error.code] ?? .couldNotRun)
    // A policy or a calendar that the rules refuse.
    case let error as PolicyError:
      return CommandFailure(error.code.description, error.message, .no)
    case let error as CalendarError:
      return CommandFailure(error.code.description, error.message, .no)
    // An agreement that can't be obeyed.
    case let error as ClientAgreementError:
      return CommandFailure(error.code.description, error.message, .no)
    case let error as ImportError: return ImportAdapter.failure(for: error)
    default:
      return CommandFailure("failed", String(describing: error), .couldNotRun)
    }
  }
}
