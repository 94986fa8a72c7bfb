/// The checks of an event's own form that need no schema.
enum EventForm {
  /// Refuses a form that is wrong.
  ///
  /// - Parameter tags: the event's tags.
  static func check(
    _ events: Span<Event>, at index: Int, _ tags: [String]
  ) throws(ModelError) {
    guard events[index].occurredAt.isInRange else {
      throw ModelError(
        .timeOutOfRange,
        "occurredAt is \(events[index].occurredAt.microseconds) µs since 1970; times lie between "
          + "\(Timestamp.earliest) and \(Timestamp.latest)")
    }
    if let origin = events[index].origin { try check(origin) }
    try known(events[index].actor.kind, "actor.kind")
    try known(events[index].visibility, "visibility")
    if let id = events[index].actor.id { try short(id, "actor.id") }
    if let other = events[index].actor.onBehalfOf { try short(other, "actor.onBehalfOf") }
    try check(tags: tags)
    if let zone = events[index].zone { try short(zone, "zone") }
    if let correlation = events[index].correlation { try short(correlation, "correlation") }
    if let tenant = events[index].tenant { try short(tenant, "tenant") }
    if let project = events[index].project { try short(project, "project") }
    guard events[index].schemaVersion >= 1 else {
      throw ModelError(.wrongType, "schemaVersion is 0; the first version is 1")
    }
    if let group = events[index].group, group.index < 1 || group.index > group.count {
      throw ModelError(
        .invalidGroup, "group.index \(group.index) is not within 1 … \(group.count)")
    }
  }

  private static func check(tags: [String]) throws(ModelError) {
    guard tags.count <= Limits.tagCount else {
      throw ModelError(
        .tooLarge, "the event has \(tags.count) tags; the limit is \(Limits.tagCount)")
    }
    for tag in tags {
      // Nearly every tag.
      if OpaqueID.isPlain(tag: tag) { continue }
      try short(tag, "a tag")
      if let colon = tag.utf8.firstIndex(of: UInt8(ascii: ":")) {
        let id = tag[tag.utf8.index(after: colon)...]
        try OpaqueID.check(id, in: "a tag's id")
      }
    }
  }

  private static func check(_ origin: Origin) throws(ModelError) {
    if let written = origin.sourceRecordedAt, !written.isInRange {
      throw ModelError(
        .timeOutOfRange,
        "origin.sourceRecordedAt is \(written.microseconds) µs since 1970; times lie between "
          + "\(Timestamp.earliest) and \(Timestamp.latest)")
    }
    try known(origin.basis, "origin.basis")
    if let system = origin.system { try short(system, "origin.system") }
    if let external = origin.externalID { try short(external, "origin.externalId") }
    if let batch = origin.importBatch { try short(batch, "origin.importBatch") }
    if let channel = origin.channel { try short(channel, "origin.channel") }
    guard origin.file != 0, origin.row != 0 else {
      throw ModelError(.wrongType, "origin.file and origin.row begin at 1")
    }
  }

  private static func known(_ value: some OpenEnum, _ name: String) throws(ModelError) {
    guard value.name == nil else { return }
    throw ModelError(.unknownEnumValue, "\(name) has the unknown number \(value.rawValue)")
  }

  private static func short(_ text: String, _ name: String) throws(ModelError) {
    try OpaqueID.check(text, in: name)
    guard text.utf8.count <= Limits.shortTextSizeBytes else {
      throw ModelError(
        .tooLarge,
        "\(name) has \(text.utf8.count) bytes; the limit is \(Limits.shortTextSizeBytes)")
    }
  }
}
