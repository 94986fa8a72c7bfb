/// What people write about one topic in one language. Several versions of each, so that a search
/// tells tickets apart. A class, since a copy of all the lists costs more than what is looked up.
final class Texts {
  private(set) var subjects: [String] = []
  private(set) var questions: [String] = []
  private(set) var answers: [String] = []
  private(set) var asks: [String] = []
  private(set) var details: [String] = []
  private(set) var reminders: [String] = []
  private(set) var delays: [String] = []
  private(set) var notes: [String] = []
  private(set) var summaries: [String] = []
  private(set) var nextSteps: [String] = []
  private(set) var solutions: [String] = []
  private(set) var thanks: [String] = []
  private(set) var refusals: [String] = []
  private(set) var again: [String] = []
  private(set) var retold: [String] = []
  private(set) var agreements: [String] = []
  private(set) var reasons: [String] = []
  private(set) var comments: [String] = []
  private(set) var reviews: [String] = []
  private(set) var statements: [String] = []

  /// By language, then topic.
  static func all(isRussian: Bool) -> [Texts] {
    Topic.all.map { isRussian ? russian($0.russian) : english($0.english) }
  }

  private static func english(_ topic: String) -> Texts {
    let texts = Texts()
    texts.subjects = [
      "Question about \(topic)", "Problem with my \(topic)", "Urgent: \(topic)",
      "\(topic): please check",
    ]
    texts.questions = [
      "Hello, I have a question about my \(topic). Can you look into it?",
      "Good day. Since this morning my \(topic) is not as it should be. I need it today.",
      "Hi! The \(topic) does not match what we agreed. Please check it.",
      "I tried three times, the \(topic) still fails with error 4017. See the picture.",
    ]
    texts.answers = [
      "Thank you for writing. I have looked into the \(topic) and will come back to you.",
      "I checked your \(topic): the cause is known and is being worked on.",
      "Your \(topic) was changed as you asked. Please have a look.",
    ]
    texts.asks = [
      "Could you send me the number and the date of the \(topic)?",
      "Which browser do you use, and what exactly do you see on the page of the \(topic)?",
      "Did it happen before? A picture of the \(topic) would help.",
    ]
    texts.details = [
      "Here are the details that you asked for.", "The number is 40-17, of last Tuesday.",
      "No, it is the first time. I attach a picture.",
    ]
    texts.reminders = [
      "Is there any news about my \(topic)?",
      "I am still waiting for an answer about the \(topic).",
    ]
    texts.delays = [
      "It takes longer than I said: the \(topic) needs our specialists. I will write tomorrow."
    ]
    texts.notes = [
      "Checked the account: the \(topic) was changed twice last week.",
      "Same cause as in other tickets about the \(topic).",
      "Called the warehouse, no answer yet.",
    ]
    englishWork(topic, texts)
    return texts
  }

  private static func englishWork(_ topic: String, _ texts: Texts) {
    texts.summaries = [
      "Client waits for an answer about the \(topic); account checked, cause known.",
      "The \(topic) was corrected once, the client says it is still wrong. Nothing promised yet.",
      "Asked the vendor about the \(topic), the answer is due today.",
    ]
    texts.nextSteps = [
      "Answer the client before 20:00.", "Ask the vendor again.", "Check the correction.",
    ]
    texts.solutions = [
      "The \(topic) was corrected and the client was told.",
      "The client had an old version; explained how to see the new \(topic).",
    ]
    texts.thanks = [
      "Thank you, it works now 👍", "All right now, thanks.", "Yes, you can close it.",
    ]
    texts.refusals = [
      "No, the \(topic) is still wrong.", "It is not solved: same error as before.",
    ]
    texts.again = ["It happened again with the \(topic).", "The \(topic) is wrong once more."]
    texts.retold = [
      "I told all that to your colleague yesterday. Once more: the \(topic), number 40-17."
    ]
    texts.agreements = [
      "We correct the \(topic) and write by the date given.",
      "A refund of half the price if the \(topic) is not right by then.",
    ]
    texts.reasons = [
      "Needs other knowledge.", "Too much at once.", "Asked for by the client.", "By mistake.",
    ]
    texts.comments = [
      "Quick and friendly.", "Took too long.", "Nobody read what I wrote.", "Perfect, thank you!",
    ]
    texts.reviews = [
      "Cause found, next step named.", "The question was not answered.",
      "Promised a date without asking the vendor.",
    ]
    texts.statements = [
      "There were forty tickets in the queue that day.",
      "The vendor answered only in the evening.",
    ]
  }

  private static func russian(_ topic: String) -> Texts {
    let texts = Texts()
    texts.subjects = [
      "Вопрос: \(topic)", "Проблема: \(topic)", "Срочно: \(topic)", "\(topic): прошу проверить",
    ]
    texts.questions = [
      "Здравствуйте! Подскажите, пожалуйста, что с этим: \(topic)?",
      "Добрый день. С утра не в порядке: \(topic). Что случилось? Нужно сегодня.",
      "Здравствуйте, \(topic) не соответствует договорённости. Проверьте, пожалуйста.",
      "Пробовал три раза, ошибка 4017 (\(topic)). Снимок экрана прилагаю.",
    ]
    texts.answers = [
      "Спасибо за обращение. Мы проверили (\(topic)) и вернёмся с ответом.",
      "Проверил: причина известна (\(topic)), работаем.",
      "Изменили, как вы просили (\(topic)). Посмотрите, пожалуйста.",
    ]
    texts.asks = [
      "Пришлите, пожалуйста, номер и дату (\(topic)).",
      "Какой у вас браузер и что вы видите на странице (\(topic))?",
      "Раньше такое было? Поможет снимок экрана (\(topic)).",
    ]
    texts.details = [
      "Вот подробности, которые вы просили.", "Номер 40-17, прошлый вторник.",
      "Нет, впервые. Снимок приложил.",
    ]
    texts.reminders = ["Есть новости (\(topic))?", "Всё ещё жду ответа (\(topic))."]
    texts.delays = ["Понадобится больше времени (\(topic)): нужны специалисты. Напишу завтра."]
    texts.notes = [
      "Проверил учётную запись: за неделю меняли дважды (\(topic)).",
      "Та же причина, что и в других обращениях (\(topic)).", "Звонил на склад, пока нет ответа.",
    ]
    russianWork(topic, texts)
    return texts
  }

  private static func russianWork(_ topic: String, _ texts: Texts) {
    texts.summaries = [
      "Клиент ждёт ответа (\(topic)); учётная запись проверена, причина известна.",
      "Исправляли один раз (\(topic)), клиент пишет, что не помогло. Ничего не обещали.",
      "Спросили поставщика (\(topic)), ответ сегодня.",
    ]
    texts.nextSteps = [
      "Ответить клиенту до 20:00.", "Спросить поставщика ещё раз.", "Проверить исправление.",
    ]
    texts.solutions = [
      "Исправлено (\(topic)), клиенту сообщено.",
      "У клиента была старая версия; объяснил, где новая (\(topic)).",
    ]
    texts.thanks = [
      "Спасибо, теперь всё работает 👍", "Всё в порядке, спасибо.", "Да, можно закрыть.",
    ]
    texts.refusals = ["Нет, всё ещё не так (\(topic)).", "Не решено: та же ошибка."]
    texts.again = ["Снова то же самое (\(topic)).", "Опять не работает (\(topic))."]
    texts.retold = ["Я вчера всё рассказал вашему коллеге. Ещё раз: \(topic), номер 40-17."]
    texts.agreements = [
      "Исправим (\(topic)) и напишем к сроку.",
      "Вернём половину, если к сроку не исправим (\(topic)).",
    ]
    texts.reasons = [
      "Нужны другие знания.", "Слишком много сразу.", "Попросил клиент.", "По ошибке.",
    ]
    texts.comments = [
      "Быстро и вежливо.", "Слишком долго.", "Никто не читал, что я писал.", "Отлично, спасибо!",
    ]
    texts.reviews = [
      "Причина найдена, следующий шаг назван.", "На вопрос не ответили.",
      "Обещали срок, не спросив поставщика.",
    ]
    texts.statements = [
      "В тот день в очереди было сорок обращений.", "Поставщик ответил только вечером.",
    ]
  }
}
