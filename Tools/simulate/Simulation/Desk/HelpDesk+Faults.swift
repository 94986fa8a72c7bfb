import CasefileModel

/// What is recorded late or wrongly, and put right.
extension HelpDesk {
  // MARK: Late and wrong times

  /// Makes the newest event of the action one that happened earlier and is written down only now.
  func makeEarlier(by seconds: Int64, _ ticket: Ticket) {
    guard settings.faults.contains(.late), let last = newest else { return }
    let time = max(ticket.openedAt + 1, now - seconds)
    guard time < now else { return }
    outbox[last].occurredAt = Timestamp(seconds: time)
    outbox[last].origin = Origin(
      basis: .enteredLater, sourceRecordedAt: Timestamp(seconds: now))
  }

  /// A note or step may be written down late, or by a clock that goes wrong, or by mistake.
  func disturb(_ ticket: Ticket, _ event: EventID) {
    let luck = dice.below(1000)
    guard let last = newest else { return }
    if luck < 50 {
      makeEarlier(by: 900 + dice.about(15_000), ticket)
    } else if luck < 80, settings.faults.contains(.clocks) {
      let error = (dice.chance(500) ? 3600 : -3600) * (1 + Int64(dice.below(3)))
      outbox[last].occurredAt = Timestamp(seconds: now + error)
      outbox[last].uncertaintyMilliseconds = 60_000
      guard dice.chance(600) else { return }
      ticket.mistake = Mistake(event: event, kind: .time(now))
      plan(.correction, ticket, after: 3600 + dice.about(40_000))
    } else if luck < 110, settings.faults.contains(.retractions) {
      ticket.mistake = Mistake(event: event, kind: .unwanted)
      plan(.correction, ticket, after: 600 + dice.about(20_000))
    }
  }

  /// What was recorded wrongly.
  struct Mistake {
    enum Kind {
      /// It happened at another time.
      case time(Int64)
      /// It should not be there.
      case unwanted
    }
    let event: EventID
    let kind: Kind
  }

  /// Somebody puts a mistake right; where there is none, the time of the last reply is doubted.
  func correct(_ ticket: Ticket) {
    begin(HelpDesk.supervisor)
    if let mistake = ticket.mistake {
      ticket.mistake = nil
      switch mistake.kind {
      case .time(let second):
        putCorrection(mistake.event, "occurredAt", Timestamp(seconds: second), ticket)
      case .unwanted:
        put(
          EventRetracted(
            targetEventId: mistake.event, reason: texts(ticket).reasons[3],
            approvedBy: "ag-sofia"),
          ticket)
      }
    } else if let reply = ticket.replyEvent, settings.faults.contains(.corrections) {
      ticket.replyEvent = nil
      let time = reply.time + dice.between(-240, 900)
      putCorrection(
        reply.id, "occurredAt", Timestamp(seconds: max(ticket.openedAt + 1, time)), ticket)
    }
    if newest != nil { touch(ticket) }
    end(ticket)
  }

  private func putCorrection(
    _ event: EventID, _ field: String, _ time: Timestamp, _ ticket: Ticket
  ) {
    put(
      EventCorrected(
        targetEventId: event, field: field, newValue: JSONText("\"" + time.description + "\""),
        reason: texts(ticket).reasons[3], approvedBy: "ag-sofia"),
      ticket)
  }

  // MARK: Late replies

  /// Keeps back the newest event until its record comes: the channel delivers it late.
  func delay(_ ticket: Ticket, by seconds: Int64) {
    guard newest != nil, let event = outbox.popLast() else { return }
    lateCount += 1
    lateRecords[lateCount] = LateRecord(event: event, ticket: ticket)
    ticket.sideCount += 1
    agenda.add(.late, at: now + seconds, place: lateCount)
  }

  func recordLate(_ place: Int) {
    guard let record = lateRecords.removeValue(forKey: place) else { return }
    record.ticket.sideCount -= 1
    begin(record.event.actor)
    outbox.append(record.event)
    end(record.ticket)
    release(record.ticket)
  }

  // MARK: Outages

  func planOutages() {
    guard settings.faults.contains(.outages) else { return }
    for place in Entry.all.indices {
      agenda.add(.outageStart, at: now + dice.about(15 * 86_400), place: place)
    }
  }

  func startOutage(_ place: Int) {
    let entry = Entry.all[place]
    let length = 900 + dice.about(9000)
    outageUntil[place] = now + length
    begin(HelpDesk.system)
    put(
      ChannelOutage(
        channel: entry.channel, channelId: entry.id, from: Timestamp(seconds: now),
        outageId: "out-" + String(now)),
      on: stream("channel", entry.id))
    end()
    agenda.add(.outageEnd, at: now + length, place: place, stamp: UInt64(now))
  }

  func endOutage(_ place: Int, since: Int64) {
    let entry = Entry.all[place]
    begin(HelpDesk.system)
    put(
      ChannelRestored(
        channel: entry.channel, channelId: entry.id, from: Timestamp(seconds: since),
        to: Timestamp(seconds: now), outageId: "out-" + String(since),
        lostCount: Int64(dice.below(4))),
      on: stream("channel", entry.id))
    if dice.chance(200) {
      put(
        SystemRecorderGap(
          from: Timestamp(seconds: since), to: Timestamp(seconds: now), component: "recorder",
          reason: .outage),
        on: stream("system", "recorder"))
    }
    end()
    if openedCount < settings.tickets {
      agenda.add(.outageStart, at: now + 86_400 + dice.about(20 * 86_400), place: place)
    }
  }
}
