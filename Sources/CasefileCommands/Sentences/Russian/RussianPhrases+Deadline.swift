import CasefileModel
import CasefileProjections

extension RussianPhrases {
  var hypothetical: String { "ПРЕДПОЛОЖЕНИЕ: ничего из этого не записано." }

  func deadlinesTitle(_ ticket: String, at time: String) -> String {
    "Сроки заявки \(ticket) на \(time)"
  }

  func governed(by policy: String, version: Int64) -> String {
    "регламент \(policy), версия \(version)"
  }

  var ungoverned: String { "ни один регламент не действует" }

  func zoneData(_ version: String?, sha256: String?) -> String {
    "данные зон: " + (version.map { "версия \($0)" } ?? "версия неизвестна")
      + (sha256.map { ", SHA-256 \($0)" } ?? "")
  }

  func unknownPolicy(_ id: String, position: String) -> String {
    "\(position) называет регламент \(id), который неизвестен"
  }

  // MARK: One instance of a clock

  func clock(_ name: String, _ instance: Int, _ verdict: String) -> String {
    "\(name) \(instance): \(verdict)"
  }

  func cancelled(_ reason: ClockVerdict.CancelReason) -> String {
    switch reason {
    case .closed: "заявка закрыта"
    case .merged: "заявка объединена с другой"
    case .deleted: "заявка удалена"
    case .resolved: "предложено решение"
    case .policyRestart: "новый регламент начал отсчёт заново"
    case .policyChanged: "в новом регламенте нет такого отсчёта или нормы"
    case .policyDetached: "регламент больше не действует"
    }
  }

  func underLastTarget(_ verdict: String) -> String {
    "по норме, действовавшей в конце: \(verdict)"
  }

  func terms(
    policy: String, version: Int64, calendar: String?, calendarVersion: Int64?
  ) -> String {
    "\(governed(by: policy, version: version)), "
      + (calendar.map {
        "календарь \($0)"
          + (calendarVersion.map { ", версия \($0)" } ?? ", ни одна версия не действует")
      } ?? "круглосуточно")
  }

  func progress(started: String, position: String, target: String, used: String) -> String {
    "начат \(started) \(position), норма \(target), прошло \(used)"
  }

  func due(_ time: String?, isPaused: Bool) -> String {
    time.map { "срок \($0)" } ?? (isPaused ? "срока нет, пока отсчёт стоит" : "срок не назначен")
  }

  func ended(_ time: String, position: String?) -> String {
    "окончен \(time)" + (position.map { " \($0)" } ?? "")
  }

  func missed(_ time: String, policy: String, version: Int64, byNewTarget: Bool) -> String {
    "нарушен \(time), регламент \(policy), версия \(version)"
      + (byNewTarget ? ", из-за новой нормы" : "")
  }

  func overrun(business: String, wall: String) -> String {
    "сверх срока \(business) рабочего времени, всего \(wall)"
  }

  func observed(_ position: String) -> String { "замечено \(position)" }

  func hadStopped(_ time: String, position: String, verdict: String, after used: String) -> String {
    "был остановлен \(time) \(position): \(verdict), прошло \(used)"
  }

  func putDown(to code: String?, position: String) -> String {
    "названная причина: \(code ?? "без кода") \(position)"
  }

  func byHolder(_ shares: [String]) -> String {
    "по ответственным: " + shares.joined(separator: ", ")
  }

  var unassigned: String { "без ответственного" }

  func label(_ column: DeadlineColumn) -> String {
    switch column {
    case .from: "с"
    case .until: "до"
    case .state: "отсчёт"
    case .why: "почему"
    case .position: "позиция"
    case .working: "рабочее"
    case .holder: "ответственный"
    }
  }

  func why(_ why: DeadlineSpan.Why) -> String {
    switch why {
    case .started(let event): "начат: \(word(event.word, of: "ClockEvent"))"
    case .paused(let reasons):
      "ждёт: " + reasons.map { word($0.word, of: "WaitReason") }.joined(separator: ", ")
    case .resumed: "продолжен"
    case .retargeted: "другая норма"
    case .restarted: "начат заново"
    case .reopened: "открыта повторно"
    case .stopped(let event): "остановлен: \(word(event.word, of: "ClockEvent"))"
    case .cancelled(let reason): "отменён: \(cancelled(reason))"
    }
  }

  func caption(_ shade: DeadlineShade) -> String {
    switch shade {
    case .running: "идёт"
    case .late: "срок прошёл"
    case .paused: "стоит"
    case .stopped: "остановлен"
    }
  }

  var dueMark: String { "срок" }

  // MARK: Lists

  func listed(
    _ clock: String, _ verdict: String, _ state: String, due: String, used: String
  ) -> String {
    "\(clock)  \(verdict) (\(state))  \(due), \(used)"
  }

  func used(_ used: String, of target: String) -> String { "прошло \(used) из \(target)" }

  var noDeadlines: String { "сроков нет" }

  // MARK: What changed an answer

  func known(by time: String) -> String { "по известному на \(time)" }
  func known(byPosition position: String) -> String { "по известному на позиции \(position)" }
  var knownNow: String { "по известному сейчас" }
  func changed(
    by position: String, _ title: String, of stream: String, recorded: String
  ) -> String {
    "\(position) \(title) (\(stream)), записано \(recorded)"
  }
  var noClockYet: String { "такого отсчёта нет" }
  var nothingChanged: String { "ничто из записанного позже вывод не изменило" }
}
