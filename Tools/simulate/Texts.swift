/// What people write in a ticket, in one language.
struct Texts {
  let subject: String
  let question: String
  let answer: String
  let details: String
  let summary: String
  let nextStep: String
  let solution: String
  let thanks: String
  let again: String

  static func english(_ topic: String) -> Texts {
    Texts(
      subject: "Question about \(topic)",
      question: "Hello, I have a question about my \(topic). Can you look into it?",
      answer: "Thank you for writing. I have looked into the \(topic) and will come back to you.",
      details: "Here are the details that you asked for.",
      summary: "Client waits for an answer about the \(topic); account checked, cause known.",
      nextStep: "Answer the client before 20:00.",
      solution: "The \(topic) was corrected and the client was told.",
      thanks: "Thank you, it works now 👍",
      again: "It happened again with the \(topic).")
  }

  static func russian(_ topic: String) -> Texts {
    let word =
      ["invoice": "счёт", "login": "вход", "delivery": "доставка", "contract": "договор"][topic]
      ?? topic
    return Texts(
      subject: "Вопрос: \(word)",
      question: "Здравствуйте! Подскажите, пожалуйста, что с этим: \(word)?",
      answer: "Спасибо за обращение. Мы проверили (\(word)) и вернёмся с ответом.",
      details: "Вот подробности, которые вы просили.",
      summary: "Клиент ждёт ответа (\(word)); учётная запись проверена, причина известна.",
      nextStep: "Ответить клиенту до 20:00.",
      solution: "Исправлено (\(word)), клиенту сообщено.",
      thanks: "Спасибо, теперь всё работает 👍",
      again: "Снова то же самое (\(word)).")
  }
}
