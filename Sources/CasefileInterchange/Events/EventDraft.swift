internal import CasefileModel

/// An event of a row before its id and its place in a group are known.
struct EventDraft {
  let type: EventSchema.TypeDescriptor
  let data: JSONValue
  let time: Timestamp
  let actor: Actor
  let visibility: Visibility
  /// The stream, where it isn't the row's.
  let stream: StreamID?
  let tags: [String]
}

/// Why a row can't become events.
struct RowFault: Error {
  let code: ImportError.Code
  let message: String
  /// The values for which the profile says nothing.
  var unmapped: [ImportSummary.Unmapped] = []
}

/// The cells of one row as texts.
struct RowCells {
  let codes: ArraySlice<UInt32>
  let pools: [ValuePool]
  let poolStart: Int

  func text(_ place: Int) -> String? {
    pools[poolStart + place].text(codes[codes.startIndex + place])
  }
}
