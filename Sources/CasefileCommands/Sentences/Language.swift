import ArgumentParser

/// In which language people are spoken to. JSON and failures are English in all of them.
enum Language: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// English.
  case en
  /// Russian.
  case ru

  /// What the locale asks for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set, as POSIX
  /// has it; English for any other language.
  static func ofLocale(_ environment: [String: String]) -> Language {
    let name = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let language = name?.prefix { $0.isLetter }.lowercased()
    return language.flatMap(Language.init(rawValue:)) ?? .en
  }

  /// Its words.
  var phrases: any Phrases {
    switch self {
    case .en: EnglishPhrases()
    case .ru: RussianPhrases()
    }
  }
}
