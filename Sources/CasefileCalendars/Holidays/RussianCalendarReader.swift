internal import CasefileModel

/// Reads the Russian production calendar in the two forms in which it is usually handed out.
///
/// JSON lists for each month the days on which nobody works: `"days": "1,2,8*,9+"`, where `*` marks a
/// short day and `+` a day off that was moved there. A Saturday or Sunday that it leaves out is a
/// working day. XML lists the days that differ from the week: `t` is 1 for off, 2 for short, 3 for
/// working.
enum RussianCalendarReader {
  static func json(_ bytes: [UInt8]) throws(CalendarError) -> [HolidayList.Day] {
    let value: JSONValue
    do { value = try JSONValue(parsing: bytes) } catch {
      throw HolidayList.invalid("\(error.message)")
    }
    guard case .int(let year)? = value["year"], (1970...2400).contains(year),
      case .array(let months)? = value["months"]
    else { throw HolidayList.invalid("it has no year and months") }
    var days: [HolidayList.Day] = []
    for month in months {
      guard case .int(let number)? = month["month"], (1...12).contains(number),
        case .string(let list)? = month["days"]
      else { throw HolidayList.invalid("a month has no number and days") }
      days += try self.days(list, year: Int(year), month: Int(number))
    }
    return days
  }

  private static func days(
    _ list: String, year: Int, month: Int
  ) throws(CalendarError) -> [HolidayList.Day] {
    var days: [HolidayList.Day] = []
    var listed: Set<LocalDate> = []
    for item in list.split(separator: ",") {
      let digits = item.prefix { $0.isASCII && $0.isNumber }
      let mark = item.dropFirst(digits.count)
      guard let day = Int(digits), ["", "*", "+"].contains(mark),
        let date = LocalDate(year: year, month: month, day: day)
      else {
        throw HolidayList.invalid(
          "\(year)-\(month) has the day \(item.prefix(16).debugDescription)")
      }
      listed.insert(date)
      days.append(HolidayList.Day(date: date, kind: mark == "*" ? .short : .off, label: nil))
    }
    for day in 1...31 {
      guard let date = LocalDate(year: year, month: month, day: day), date.weekday >= 5,
        !listed.contains(date)
      else { continue }
      days.append(HolidayList.Day(date: date, kind: .working, label: nil))
    }
    return days
  }

  static func xml(_ text: String) throws(CalendarError) -> [HolidayList.Day] {
    var year: Int?
    var titles: [String: String] = [:]
    var days: [HolidayList.Day] = []
    for tag in tags(text) {
      switch tag.name {
      case "calendar": year = tag.attributes["year"].flatMap { Int($0) }
      case "holiday":
        if let id = tag.attributes["id"] { titles[id] = tag.attributes["title"] }
      case "day":
        guard let year else { throw HolidayList.invalid("its calendar has no year") }
        days.append(try day(tag.attributes, year: year, titles))
      default: break
      }
    }
    guard year != nil else { throw HolidayList.invalid("it has no calendar with a year") }
    return days
  }

  private static func day(
    _ attributes: [String: String], year: Int, _ titles: [String: String]
  ) throws(CalendarError) -> HolidayList.Day {
    let parts = (attributes["d"] ?? "").split(separator: ".")
    let kinds: [String: HolidayList.Kind] = ["1": .off, "2": .short, "3": .working]
    guard parts.count == 2, let month = Int(parts[0]), let day = Int(parts[1]),
      let date = LocalDate(year: year, month: month, day: day),
      let kind = attributes["t"].flatMap({ kinds[$0] })
    else {
      throw HolidayList.invalid(
        "\(year) has the day \((attributes["d"] ?? "").debugDescription) of the kind "
          + "\((attributes["t"] ?? "").debugDescription)")
    }
    return HolidayList.Day(date: date, kind: kind, label: attributes["h"].flatMap { titles[$0] })
  }

  /// The opening tags with their attributes; the form needs no more of XML.
  private static func tags(_ text: String) -> [(name: String, attributes: [String: String])] {
    var tags: [(name: String, attributes: [String: String])] = []
    for piece in text.split(separator: "<") {
      guard let end = piece.firstIndex(of: ">"), let first = piece.first, first.isLetter else {
        continue
      }
      let body = piece[..<end]
      let name = body.prefix { $0.isLetter }
      var attributes: [String: String] = [:]
      var rest = body.dropFirst(name.count)
      while let equals = rest.firstIndex(of: "=") {
        let key = rest[..<equals].filter { !$0.isWhitespace }
        let after = rest[rest.index(after: equals)...].drop { $0.isWhitespace }
        guard let quote = after.first, quote == "\"" || quote == "'" else { break }
        let value = after.dropFirst().prefix { $0 != quote }
        attributes[key] = String(value).replacing("&quot;", with: "\"")
          .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
        rest = after.dropFirst(value.count + 2)
      }
      tags.append((String(name), attributes))
    }
    return tags
  }
}
