import CasefileInterchange
import CasefileModel
import Testing

@Suite("TimeFormat")
struct TimeFormatTests {
  private static func time(_ format: String, _ text: String, zone: Int64 = 0) throws -> String? {
    let bytes = Array(text.utf8)
    return try TimeFormat(format).time(
      bytes, CSVField(start: 0, end: bytes.count), in: SourceZone(seconds: zone))?.description
  }

  @Test(
    "Times are read",
    arguments: [
      ("d/M/yyyy HH:mm", "29/2/2016 01:16", "2016-02-29T01:16:00.000000Z"),
      ("d/M/yyyy HH:mm", "05/12/2016 23:59", "2016-12-05T23:59:00.000000Z"),
      ("dd.MM.yy", "31.12.26", "2026-12-31T00:00:00.000000Z"),
      ("yyyy-MM-dd HH:mm:ssX", "2022-01-02 11:12:51+00:00", "2022-01-02T11:12:51.000000Z"),
      ("yyyy-MM-dd HH:mm:ssX", "2022-01-02 11:12:51-0330", "2022-01-02T14:42:51.000000Z"),
      ("yyyy-MM-dd HH:mm:ssX", "2022-01-02 11:12:51+03", "2022-01-02T08:12:51.000000Z"),
      ("yyyy-MM-dd HH:mm:ssX", "2022-01-02 11:12:51Z", "2022-01-02T11:12:51.000000Z"),
      ("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", "2026-03-02T14:05:06.25", "2026-03-02T14:05:06.250000Z"),
      ("MMM d, yyyy h:mm a", "Mar 2, 2026 12:05 AM", "2026-03-02T00:05:00.000000Z"),
      ("MMM d, yyyy h:mm a", "mar 12, 2026 12:05 pm", "2026-03-12T12:05:00.000000Z"),
      ("M/d/yyyy h:mm:ss a", "3/2/2026 1:05:09 PM", "2026-03-02T13:05:09.000000Z"),
      ("yyyyMMddHHmmss", "20260302140506", "2026-03-02T14:05:06.000000Z"),
      ("yyyy''MM''dd", "2026'03'02", "2026-03-02T00:00:00.000000Z"),
      ("rfc3339", "2026-03-02T14:05:00+03:00", "2026-03-02T11:05:00.000000Z"),
      ("unixSeconds", "1456708560", "2016-02-29T01:16:00.000000Z"),
      ("unixSeconds", "-1", "1969-12-31T23:59:59.000000Z"),
      ("unixMillis", "1456708560250", "2016-02-29T01:16:00.250000Z"),
    ])
  func read(_ format: String, _ text: String, _ found: String) throws {
    #expect(try Self.time(format, text) == found)
  }

  @Test(
    "What is not in the format, or no time, is refused",
    arguments: [
      ("d/M/yyyy HH:mm", "30/2/2016 01:16"), ("d/M/yyyy HH:mm", "29/2/2015 01:16"),
      ("d/M/yyyy HH:mm", "2/29/2016 01:16"), ("d/M/yyyy HH:mm", "29/2/2016 1:16"),
      ("d/M/yyyy HH:mm", "29/2/2016 24:00"), ("d/M/yyyy HH:mm", "29/2/2016 01:16 "),
      ("d/M/yyyy HH:mm", " 29/2/2016 01:16"), ("d/M/yyyy HH:mm", "29/2/16 01:16"),
      ("d/M/yyyy HH:mm", ""), ("d/M/yyyy HH:mm", "?"), ("d/M/yyyy HH:mm", "29/2/2016 01:60"),
      ("dd.MM.yyyy", "1.12.2026"), ("h:mm a d.M.yyyy", "13:00 PM 1.1.2026"),
      ("h:mm a d.M.yyyy", "0:30 AM 1.1.2026"), ("yyyy-MM-dd HH:mm:ssX", "2022-01-02 11:12:51"),
      ("yyyy-MM-dd HH:mm:ssX", "2022-01-02 11:12:51+24:00"), ("d/M/yyyy", "1/1/1899"),
      ("unixSeconds", "99999999999999999"), ("unixSeconds", "999999999999"), ("unixSeconds", "1.5"),
      ("unixMillis", ""), ("rfc3339", "2026-03-02 14:05"), ("MMM d yyyy", "Mrz 2 2026"),
    ])
  func refuse(_ format: String, _ text: String) throws {
    #expect(try Self.time(format, text) == nil)
  }

  @Test("A fixed offset is applied where the time states none")
  func zone() throws {
    #expect(
      try Self.time("d/M/yyyy HH:mm", "1/1/2026 02:00", zone: 10_800)
        == "2025-12-31T23:00:00.000000Z")
    #expect(
      try Self.time("yyyy-MM-dd HH:mmX", "2026-01-01 02:00Z", zone: 10_800)
        == "2026-01-01T02:00:00.000000Z")
  }

  @Test(
    "A zone by name is applied with its rules of that day",
    arguments: [
      ("Europe/Moscow", "1.7.2010 12:00", "2010-07-01T08:00:00.000000Z"),
      ("Europe/Moscow", "1.7.2012 12:00", "2012-07-01T08:00:00.000000Z"),
      ("Europe/Moscow", "1.7.2026 12:00", "2026-07-01T09:00:00.000000Z"),
      // Shown twice: the first; skipped: as if it had not been.
      ("Europe/Moscow", "26.10.2014 01:30", "2014-10-25T21:30:00.000000Z"),
      ("Europe/Moscow", "26.10.2014 02:00", "2014-10-25T23:00:00.000000Z"),
      ("Europe/Berlin", "25.10.2026 02:30", "2026-10-25T00:30:00.000000Z"),
      ("Europe/Berlin", "25.10.2026 03:00", "2026-10-25T02:00:00.000000Z"),
      ("Europe/Berlin", "29.3.2026 02:30", "2026-03-29T01:30:00.000000Z"),
      ("Europe/Berlin", "29.3.2026 03:00", "2026-03-29T01:00:00.000000Z"),
      ("Asia/Kathmandu", "1.1.2026 00:00", "2025-12-31T18:15:00.000000Z"),
    ])
  func namedZone(_ name: String, _ text: String, _ found: String) throws {
    let bytes = Array(text.utf8)
    let zone = try #require(SourceZone(name: name))
    let time = try TimeFormat("d.M.yyyy HH:mm").time(
      bytes, CSVField(start: 0, end: bytes.count), in: zone)
    #expect(time?.description == found)
  }

  @Test(
    "Formats that can't work are refused",
    arguments: [
      "", "HH:mm", "d/M HH:mm", "yyyy-MM-dd HH:mm q", "yyyy-MM-dd T HH:mm", "dMyyyy",
      "d/M/yyyy h:mm",
      "d/M/yyyy H:mm a", "d/M/yyyy mm", "d/M/yyyy HH:ss", "d/M/yyyy HH:mm.SSS", "d/M/yyyy yy",
      "d/M/yyyy 'at HH:mm", "ddd/M/yyyy", "d/M/yyyyy", "d/M/yyyy HH:mm:ss.SSSSSSS", "d/d/M/yyyy",
    ])
  func mistakes(_ format: String) {
    #expect(throws: TimeFormatMistake.self) { try TimeFormat(format) }
  }
}
