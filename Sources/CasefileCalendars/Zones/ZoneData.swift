public import CasefileModel

/// Where zone data come from: one directory of TZif files, or bytes that a test holds.
///
/// Reading files is no business of this module, so it asks for bytes.
public protocol ZoneDataSource: Sendable {
  /// Which data these are; recorded with each verdict.
  var identity: ZoneDataIdentity { get }

  /// The TZif file of a zone; nil for a name that the data do not have.
  ///
  /// - Throws: what reading throws.
  func file(of zone: String) throws -> [UInt8]?
}

/// Which zone data a verdict was computed with.
public struct ZoneDataIdentity: Hashable, Sendable {
  /// The release, such as `2025b`; nil where the data do not say.
  public let version: String?
  /// The SHA-256 over all zone files.
  public let sha256: Digest?

  /// Names a release and its hash.
  public init(version: String?, sha256: Digest?) {
    self.version = version
    self.sha256 = sha256
  }

  /// No data are needed: everything is counted around the clock.
  public static let none = ZoneDataIdentity(version: nil, sha256: nil)
}

extension ZoneDataSource {
  /// The rules of a zone.
  ///
  /// - Throws: `CalendarError` `.unknownZone`, `.invalidZoneData`, `.leapSeconds`; what reading
  ///   throws.
  public func rules(of zone: String) throws -> ZoneRules {
    guard ZoneRules.isName(zone), let bytes = try file(of: zone) else {
      throw CalendarError(
        .unknownZone,
        "there is no time zone \(zone.debugDescription) in the zone data "
          + "(\(identity.version ?? "version unknown")); give an IANA name such as Europe/Moscow")
    }
    return try ZoneRules(name: zone, file: bytes)
  }
}
