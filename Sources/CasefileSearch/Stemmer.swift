internal import CStemmer

/// A Snowball stemmer for one language, as libstemmer has it.
struct Stemmer: ~Copyable {
  enum Language: String {
    case english
    case russian
  }

  private let handle: OpaquePointer

  init(_ language: Language) {
    guard let handle = sb_stemmer_new(language.rawValue, "UTF_8") else {
      preconditionFailure("libstemmer has the Russian and the English stemmer in every release.")
    }
    self.handle = handle
  }

  deinit { sb_stemmer_delete(handle) }

  /// The stem of a word in lower case; the word itself where memory ran out.
  func stem(_ word: String) -> String {
    let bytes = Array(word.utf8)
    guard let stem = sb_stemmer_stem(handle, bytes, Int32(bytes.count)) else { return word }
    let count = Int(sb_stemmer_length(handle))
    return String(decoding: UnsafeBufferPointer(start: stem, count: count), as: UTF8.self)
  }
}
