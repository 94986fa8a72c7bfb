/// The form that a Russian noun takes beside a number: 1 событие, 2 события, 5 событий.
enum RussianPlural {
  /// The number with the noun in its form.
  static func text(_ count: Int, _ one: String, _ few: String, _ many: String) -> String {
    "\(count) \(form(count, one, few, many))"
  }

  /// The form alone.
  static func form(_ count: Int, _ one: String, _ few: String, _ many: String) -> String {
    // Eleven to fourteen take the last form in every hundred.
    let tens = count.magnitude % 100
    if (11...14).contains(tens) { return many }
    switch tens % 10 {
    case 1: return one
    case 2...4: return few
    default: return many
    }
  }
}
