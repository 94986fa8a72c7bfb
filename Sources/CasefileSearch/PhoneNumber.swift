/// A telephone number as somebody wrote it, for comparison with another writing of it.
///
/// `+7 (912) 345-67-89`, `8 912 3456789` and `9123456789` are one number. There is no plan of the
/// world's numbers here: of two numbers one of which lacks its country code or more, the shorter has
/// to be the end of the longer. Two numbers that both state their country code have to be equal.
public struct PhoneNumber: Hashable, Sendable {
  /// Fewer digits are no number that tells people apart.
  public static let digitsMin = 7
  /// E.164 allows 15; some exchanges add a prefix.
  public static let digitsMax = 20

  /// The digits that are compared: without signs and without the national prefix.
  public let digits: String
  /// Whether they begin with the country code.
  public let isInternational: Bool

  /// Reads a number; nil for a text that is none.
  ///
  /// What follows an extension's mark is left out. Letters make it no number.
  public init?(_ text: String) {
    var digits = ""
    var isInternational = false
    let known = PhoneNumber.withoutExtension(text.lowercased())
    for scalar in known.unicodeScalars {
      switch scalar {
      case "0"..."9": digits.unicodeScalars.append(scalar)
      case "+" where digits.isEmpty: isInternational = true
      case "(", ")", "-", ".", "/", " ", "\u{A0}", "\u{2010}"..."\u{2015}", "\u{202F}": continue
      default: return nil
      }
    }
    if !isInternational {
      if digits.hasPrefix("00") {
        digits.removeFirst(2)
        isInternational = true
      } else if digits.hasPrefix("810"), digits.count > 12 {
        // The way abroad from Russia and Kazakhstan.
        digits.removeFirst(3)
        isInternational = true
      } else if digits.count == 11, digits.hasPrefix("8") {
        digits.removeFirst()
      } else if digits.hasPrefix("0") {
        digits.removeFirst()
      } else if digits.count == 11, digits.hasPrefix("7") {
        isInternational = true
      }
    }
    guard (PhoneNumber.digitsMin...PhoneNumber.digitsMax).contains(digits.count) else { return nil }
    self.digits = digits
    self.isInternational = isInternational
  }

  private static func withoutExtension(_ text: String) -> Substring {
    var text = text[...]
    for scheme in ["tel:", "тел.", "тел:"] where text.hasPrefix(scheme) {
      text = text.dropFirst(scheme.count)
    }
    for mark in ["ext", "доб", "x", "#", ",", ";"] {
      guard let start = text.range(of: mark)?.lowerBound else { continue }
      text = text[..<start]
    }
    return text
  }

  /// The digits by which an index finds all writings.
  public var ending: String { String(digits.suffix(PhoneNumber.digitsMin)) }

  /// Whether both may be the same number.
  public func matches(_ other: PhoneNumber) -> Bool {
    if isInternational && other.isInternational { return digits == other.digits }
    return digits.hasSuffix(other.digits) || other.digits.hasSuffix(digits)
  }
}

extension Substring {
  /// The first place of a text; Foundation's has more to it than is wanted here.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      formIndex(after: &start)
    }
    return nil
  }
}
