import CasefileModel

/// Whoever reads an answer: the language, the zone, and what it is shown on.
struct Reader {
  let zone: Zone
  let language: Language
  /// Standard output.
  let output = OutputBuffer()
  private let environment: [String: String]
  private let wantsPager: Bool

  init(
    zone: Zone = .utc, language: Language = .en, environment: [String: String] = [:],
    wantsPager: Bool = false
  ) {
    self.zone = zone
    self.language = language
    self.environment = environment
    self.wantsPager = wantsPager
  }

  /// The words of the language.
  var phrases: any Phrases { language.phrases }
  /// The columns that there are.
  var width: Int { output.columns }
  /// The emphasis that suits the output.
  var ink: Ink { .suiting(output, environment: environment) }

  /// How this reader is spoken to.
  func voice(_ names: NameBook = NameBook(), schema: EventSchema = .builtIn) -> Voice {
    var voice = Voice(language, zone: zone, names: names)
    voice.schema = schema
    return voice
  }

  /// Reads the time of an option in the reader's zone; which instant a date means is told on
  /// standard error.
  func time(_ text: String?, option: String, atEnd: Bool = false) throws -> Timestamp? {
    try TimeArgument.read(text, option: option, zone: zone, atEnd: atEnd, phrases)
  }

  /// Shows lines, page by page where they are many and a person reads them.
  func show(_ lines: [String]) throws {
    let pager = Pager(for: output, environment: environment, isWanted: wantsPager)
    if let pager, try pager.show(lines) { return }
    for line in lines { try output.line(line) }
    try output.flush()
  }
}
