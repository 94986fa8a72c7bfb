import CasefileInterchange

extension RussianPhrases {
  func reconciled(_ found: Reconciliation) -> String {
    let head =
      RussianPlural.text(found.rows, "строка", "строки", "строк") + ", "
      + RussianPlural.text(found.tickets, "заявка", "заявки", "заявок") + ": "
    guard found.differences > 0 else { return head + "хранилище согласуется с выгрузкой" }
    func number(_ kind: Reconciliation.Difference.Kind) -> Int { found.counts[kind] ?? 0 }
    var parts: [String] = []
    func add(_ kind: Reconciliation.Difference.Kind, _ text: (Int) -> String) {
      if number(kind) > 0 { parts.append(text(number(kind))) }
    }
    add(.ticketMissing) {
      RussianPlural.text($0, "заявки", "заявок", "заявок") + " нет в хранилище"
    }
    add(.ticketGone) { RussianPlural.text($0, "заявки", "заявок", "заявок") + " нет в выгрузке" }
    add(.field) { RussianPlural.text($0, "поле расходится", "поля расходятся", "полей расходятся") }
    add(.rowNew) {
      RussianPlural.text(
        $0, "строка не импортирована", "строки не импортированы", "строк не импортировано")
    }
    add(.rowChanged) {
      RussianPlural.text(
        $0, "запись изменена в источнике", "записи изменены в источнике",
        "записей изменено в источнике")
    }
    add(.rowRejected) {
      RussianPlural.text(
        $0, "строку нельзя импортировать", "строки нельзя импортировать",
        "строк нельзя импортировать")
    }
    return head + RussianPlural.text(found.differences, "расхождение", "расхождения", "расхождений")
      + ": " + parts.joined(separator: ", ")
  }

  func difference(
    _ kind: Reconciliation.Difference.Kind, ticket: String, field: String, store: String?,
    export: String?, reason: String
  ) -> String {
    switch kind {
    case .ticketMissing: "заявки \(ticket) нет в хранилище"
    case .ticketGone: "заявка \(ticket) есть в хранилище, но её нет в выгрузке"
    case .field:
      "заявка \(ticket): \(field) — в хранилище \(store ?? "пусто"), в выгрузке \(export ?? "пусто")"
    case .rowNew: "заявка \(ticket): строка не импортирована"
    case .rowChanged: "заявка \(ticket): запись импортирована с другим содержанием"
    case .rowRejected: "строку нельзя импортировать: \(reason)"
    }
  }
}
