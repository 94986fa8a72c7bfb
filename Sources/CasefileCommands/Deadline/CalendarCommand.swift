import ArgumentParser
import Casefile
import CasefileCalendars
import CasefileModel

/// `casefile calendar`.
struct CalendarCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calendar",
    abstract: "Publish and read working calendars, whose versions never change.",
    subcommands: [
      CalendarPublishCommand.self, CalendarListCommand.self, CalendarShowCommand.self,
    ])
}

/// `casefile calendar publish`.
struct CalendarPublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract: "Publish a version of a calendar from a JSON file, with lists of holidays.",
    discussion: """
      The file has the form of Schemas/working-calendar.schema.json; its version may be left out \
      and is then the next one. A list of holidays is iCalendar, or the Russian production \
      calendar in its usual JSON or XML form; a date in the file itself goes first.

      Example:
        casefile calendar publish office.json --holidays 2026.xml --by a-1 --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var publish: PublishOptions
  @OptionGroup var zones: ZoneDataOptions

  @Option(help: ArgumentHelp("A list of holidays; may be repeated.", valueName: "file"))
  var holidays: [String] = []

  @Option(help: ArgumentHelp("By how much a short day ends earlier.", valueName: "seconds"))
  var shortBy = 3600

  func validate() throws {
    guard (0...86_400).contains(shortBy) else {
      throw ValidationError("--short-by is \(shortBy); give 0 to 86400 seconds")
    }
  }

  func run() async throws {
    let lists = try holidays.map { try PublishOptions.bytes(of: $0) }
    let calendar = try publish.reading {
      try CalendarPublished(parsing: $0).adding(holidays: lists, shortBySeconds: shortBy)
    }
    let zones = zones.directory
    try await common.withStore(readOnly: publish.check) { store in
      let checked = try publish.reading { _ in try store.checked(calendar, zones: zones) }
      let position =
        publish.check
        ? nil : try await store.publish(calendar, by: publish.actor, zones: zones).position
      try PublishAnswer(
        kind: "calendar", id: checked.calendarId, version: checked.version, position: position
      ).write(common.format)
    }
  }
}

/// `casefile calendar list`.
struct CalendarListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List every version of every calendar.",
    discussion: """
      Example:
        casefile calendar list --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions
  @OptionGroup var zones: ZoneDataOptions

  func run() async throws {
    let reader = try reading.reader(common.format)
    try await common.withStore { store in
      let book = try store.deadlineBook(zones: zones.directory)
      let calendars = book.calendars.sorted { $0.key < $1.key }.flatMap(\.value.versions)
      switch common.format {
      case .json:
        for calendar in calendars { try reader.output.line(calendar.summary) }
        try reader.output.flush()
      case .text:
        let phrases = reader.phrases
        let rows = calendars.map { calendar in
          [
            VisibleText.escape(calendar.id), "\(calendar.version)", calendar.timeZone,
            calendar.effectiveFrom.map(reader.zone.text) ?? phrases.always,
            "\(calendar.exceptions.count)", "\(calendar.position?.rawValue ?? 0)",
          ]
        }
        let columns: [PolicyColumn] = [
          .calendar, .version, .zone, .inForceFrom, .dates, .position,
        ]
        let table = TextTable(columns: columns.map { phrases.label($0) }, numbers: [1, 4, 5])
        try reader.show(table.lines(rows))
      }
      DeadlineNotes.report(book)
    }
  }
}

/// `casefile calendar show`.
struct CalendarShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a version of a calendar; the newest unless another one is named.",
    discussion: """
      Example:
        casefile calendar show office --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions
  @OptionGroup var zones: ZoneDataOptions
  @Argument(help: "The calendar's id.") var id: String
  @Option(help: "The version.") var version: Int64?

  func run() async throws {
    let reader = try reading.reader(common.format)
    try await common.withStore { store in
      let book = try store.deadlineBook(zones: zones.directory)
      let versions = book.calendars[id]?.versions ?? []
      let found = versions.filter { version == nil || $0.version == version }
      guard let calendar = found.max(by: { $0.version < $1.version }) else {
        let near = NearMatch.best(for: id, in: book.calendars.keys.sorted())
        throw CommandFailure.notFound(
          versions.isEmpty
            ? "there is no calendar \(id)" + (near.map { "; is it \($0)?" } ?? "")
            : "the calendar \(id) has no version \(version ?? 0)")
      }
      switch common.format {
      case .json:
        try reader.output.line(calendar.json)
        try reader.output.flush()
      case .text:
        try reader.show(
          calendar.lines(reader.voice()).flatMap { DisplayWidth.wrap($0, to: reader.width) })
      }
    }
  }
}

extension WorkingCalendar {
  private static let days = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  fileprivate var summary: JSONValue {
    [
      "calendar": .string(id), "version": .int(version), "timeZone": .string(timeZone),
      "effectiveFrom": JSONValue(effectiveFrom), "exceptions": JSONValue(exceptions.count),
      "position": JSONValue(position?.rawValue),
    ]
  }

  fileprivate var json: JSONValue {
    guard case .object(var members) = summary else { return summary }
    func hours(_ list: [DayHours]) -> JSONValue { .array(list.map { .string($0.description) }) }
    members.removeAll { $0.name == "exceptions" }
    members.append(
      .init("weekly", .object(zip(WorkingCalendar.days, weekly).map { .init($0, hours($1)) })))
    members.append(
      .init(
        "exceptions",
        .array(
          exceptions.sorted { $0.key < $1.key }.map {
            [
              "date": .string("\($0.key)"), "hours": hours($0.value),
              "label": JSONValue(labels[$0.key]),
            ]
          })))
    return .object(members)
  }

  fileprivate func lines(_ voice: Voice) -> [String] {
    let phrases = voice.phrases
    func hours(_ list: [DayHours]) -> String {
      list.isEmpty ? phrases.dayOff : list.map(\.description).joined(separator: ", ")
    }
    var lines = [phrases.versionTitle(id, version, name: timeZone)]
    lines.append(
      phrases.inForce(
        from: effectiveFrom.map(voice.zone.text), position: position.map { "#\($0)" }))
    for (day, list) in weekly.enumerated() {
      lines.append("\(phrases.weekday(day)): \(hours(list))")
    }
    for (date, list) in exceptions.sorted(by: { $0.key < $1.key }) {
      lines.append("\(date): \(hours(list))" + (labels[date].map { " (\($0))" } ?? ""))
    }
    return lines.map { VisibleText.escape($0) }
  }
}
