import Casefile

extension RussianPhrases {
  func label(_ label: ClientLabel) -> String {
    switch label {
    case .asked: "запрошен"
    case .times: "время"
    case .merged: "тот же клиент"
    case .company: "компания"
    case .identities: "известен как"
    case .seen: "обращения"
    case .tickets: "заявки"
    case .contacts: "контакты"
    case .agreed: "обещано"
    case .marks: "оценки"
    case .shown: "показано"
    }
  }

  func clientTitle(_ id: String, name: String?) -> String {
    "Клиент \(id)" + (name.map { ": \($0)" } ?? "")
  }

  func mergedInto(_ asked: String) -> String { "\(asked), объединён с этим клиентом" }

  func ticketCounts(_ count: Int, open: Int, closed: Int) -> String {
    "\(countOfTickets(count)), открыто \(open), закрыто \(closed)"
  }

  func openTicket(_ ticket: String, status: String, holder: String?, opened: String?) -> String {
    "\(ticket), \(status), " + (holder.map { "ответственный \($0)" } ?? "без ответственного")
      + (opened.map { ", открыта \($0)" } ?? "")
  }

  func clientContacts(messages: Int, calls: Int, chats: Int) -> String {
    "\(self.messages(messages)), \(self.calls(calls)), "
      + RussianPlural.text(chats, "чат", "чата", "чатов")
  }

  func shownEvents(_ count: Int, of total: Int, period: String) -> String {
    "\(period): \(count) из \(total) событий"
  }

  func identity(_ identity: IdentityPhrase) -> String {
    "\(identity.kind ?? "адрес") \(identity.address ?? erased)"
      + (identity.channel.map { ", \($0)" } ?? "") + (identity.isVerified ? ", проверено" : "")
      + (identity.formerClient.map { ", у клиента \($0)" } ?? "")
      + (identity.removedAt.map { ", снято \($0)" } ?? "")
  }

  func promised(
    _ ticket: String, text: String?, at time: String, by agent: String?, due: String?
  ) -> String {
    "\(ticket): \(quoted(text ?? erased)), обещано \(time)"
      + (agent.map { ", кто: \($0)" } ?? "") + (due.map { ", срок \($0)" } ?? "")
  }

  func clientMark(_ mark: ClientMarkPhrase) -> String {
    var text = (mark.kind.map { $0 + " " } ?? "") + (mark.score.map { "\($0)" } ?? "без числа")
    if let highest = mark.scaleMax { text += " из \(mark.scaleMin ?? 0)–\(highest)" }
    return text + ", \(mark.at), \(mark.place)" + (mark.agent.map { ", о ком: \($0)" } ?? "")
      + (mark.withdrawnAt.map { ", отозвана \($0)" } ?? "")
  }

  var foundByAddress: String { "найдено по номеру или адресу" }

  func foldedByTicket(_ count: Int) -> String {
    "\(events(count)), свёрнуто по дням и заявкам; все строки — с ключом --all"
  }

  func runOfPlace(_ place: String, count: Int, kinds: String) -> String {
    "\(place), \(events(count)): \(kinds)"
  }

  // MARK: Candidates

  var nobodyFound: String { "никто не найден" }

  func candidates(_ count: Int) -> String {
    RussianPlural.text(count, "подходящий", "подходящих", "подходящих")
  }

  var noKnownClient: String { "клиент неизвестен" }

  func foundAs(_ ids: String) -> String { "найден как \(ids), с тех пор объединён" }

  func foundBy(_ matches: [ClientCandidate.Match]) -> String {
    "найден по: "
      + matches.map { match in
        switch match {
        case .id: "обозначению"
        case .phone: "номеру телефона"
        case .email: "адресу эл. почты"
        case .name: "имени"
        case .account: "учётной записи"
        case .contract: "договору"
        case .call: "номеру звонка"
        case .message: "отправителю сообщения"
        case .participant: "участнику заявки"
        }
      }.joined(separator: ", ")
  }

  func candidateTickets(_ count: Int, open: Int) -> String {
    "\(countOfTickets(count)), открыто \(open)"
  }

  func seen(_ first: String, _ last: String) -> String { "обращения \(first) … \(last)" }

  func notShown(_ count: Int) -> String { "ещё \(count); больше покажет ключ --limit" }

  func matches(_ count: Int) -> String {
    count == 0
      ? "совпадений нет" : RussianPlural.text(count, "совпадение", "совпадения", "совпадений")
  }
}
