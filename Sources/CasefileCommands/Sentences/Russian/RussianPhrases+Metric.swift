import CasefileProjections

extension RussianPhrases {
  func definition(of metric: Metric) -> String {
    switch metric {
    case .reviewScore:
      "Оценки контроля качества по критериям, с учётом решений по спорам; того сотрудника, кого "
        + "называет проверка, иначе ответственного в начале проверенного."
    case .handoffs:
      "Ответственность, перешедшая прямо от одного названного сотрудника к другому; отдавшего."
    case .reassignments:
      "Назначения, принятые передачи и распоряжения после первого, к тому же сотруднику тоже; того, "
        + "кто отвечал до этого."
    case .firstReply:
      "От первого сообщения клиента, не автоматического, до первого после него открытого ответа "
        + "человека клиенту, круглые сутки; ответившего."
    case .replies:
      "От первого сообщения каждого обращения клиента, на которое нужен ответ, до ответа человека, "
        + "круглые сутки; ответившего."
    case .firstReaction:
      "От открытия до первого назначения человеком, взятия, принятия, ответа или принятого звонка, "
        + "круглые сутки; ответственного в тот миг."
    case .resolution:
      "От открытия до решения, которое стоит, иначе до закрытия, круглые сутки, с ожиданиями; "
        + "ответственного в тот миг."
    case .reopened:
      "Доля открытых вновь среди заявок, которые решались или закрывались; ответственного при "
        + "первом завершении."
    case .touches:
      "Обращения людей к клиенту: сообщения одного сотрудника в одном канале, между которыми нет "
        + "клиента и не больше 15 минут, или звонок; ответственного в конце."
    case .satisfaction:
      "Оценки удовлетворённости, последняя на каждый опрос и вопрос, по шкалам; сотрудника, кого "
        + "называет оценка, иначе ответившего последним, иначе ответственного при завершении."
    case .callWait:
      "Сколько звонивший ждал ответа на звонок по заявке: как указано, иначе от вызова до ответа; "
        + "ответившего."
    }
  }

  func about(
    _ definition: String, unit: Metric.Unit, counted: Metric.Counted, version: Int
  ) -> String {
    let unit =
      switch unit {
      case .seconds: "время"
      case .mark: "оценка"
      case .count: "число"
      case .share: "доля"
      }
    let counted =
      switch counted {
      case .tickets: "заявки"
      case .replies: "ответы"
      case .events: "события"
      case .answers: "ответы проверок"
      case .marks: "оценки"
      case .calls: "звонки"
      }
    return "\(definition) Единица: \(unit); считаются \(counted); определение \(version)."
  }

  func metricColumns(_ cut: MetricTable.Cut) -> [String] {
    let key =
      switch cut {
      case .all: "все"
      case .agent: "сотрудник"
      case .group: "группа"
      case .month: "месяц"
      }
    return [key, "что", "значений", "заявок", "среднее", "медиана", "90 %"]
  }

  func measured(_ tickets: Int) -> String {
    "рассмотрено: " + RussianPlural.text(tickets, "заявка", "заявки", "заявок")
  }

  func leftOut(_ number: Int, _ why: Metric.Omission) -> String {
    let text =
      switch why {
      case .noClientMessage: "нет сообщения клиента"
      case .notYet: "ответа ещё нет"
      case .notEnded: "ещё не завершены"
      case .noScore: "нет оценки"
      case .outsideScale: "вне своей шкалы"
      case .replaced: "отозваны или заменены новой"
      case .noTime: "время не указано"
      }
    return "не вошли: \(number) — \(text)"
  }
}
