import CasefileModel

extension EnglishPhrases {
  /// Sentences about messages, calls and chats; nil for other types.
  func contact(
    _ type: String, _ fields: inout EventFields, _ actor: Actor
  ) -> Sentence? {
    switch type {
    case "message.received":
      let isAutomatic = fields.flag("autoSubmitted")
      return Sentence(isAutomatic ? "an automatic message came" : "wrote")
        .with(" by ", fields.word("channel")).with(", as ", fields.word("authorRole"))
        .quoting(fields.text("subject"), as: "subject").quoting(fields.text("body"))
    case "message.sent":
      let author = fields.word("author")
      let to = fields.objects("to").map { recipient in
        var recipient = recipient
        return recipient.text("personId") ?? recipient.word("role") ?? "somebody"
      }
      return Sentence(author == "auto" ? "sent automatically" : "replied")
        .with(" by ", fields.word("channel"))
        .with(" to ", to.isEmpty ? nil : to.joined(separator: ", "))
        .with(", written by ", author == "agent" || author == "auto" ? nil : author)
        .with(", agent ", fields.other("agentId", than: actor))
        .quoting(fields.text("subject"), as: "subject").quoting(fields.text("body"))
    case "message.deliveryUpdated":
      return Sentence("message").with(" ", fields.text("messageId"))
        .with(" is ", fields.word("status")).with(" for ", fields.text("recipientId"))
        .quoting(fields.text("detail"))
    case "message.edited":
      return Sentence("changed the text of message").with(" ", fields.text("messageId"))
        .quoting(fields.text("newBody"), as: "new text").quoting(
          fields.text("reason"), as: "reason")
    case "message.redacted":
      return Sentence("blacked out a part of message").with(" ", fields.text("messageId"))
        .quoting(fields.text("reason"), as: "reason")
    case "attachment.added":
      return Sentence("attached a file").with(" “", fields.text("name"), "”")
        .with(" to message ", fields.text("messageId"))
    case "attachment.missing":
      return Sentence("the file").with(" ", fields.text("attachmentId"))
        .with(" is missing: ", fields.word("reason")).quoting(fields.text("reasonText"))
    case "channel.untrackedContactReported":
      return Sentence("reported a contact outside the tracked channels")
        .with(" by ", fields.word("channel"))
        .with(", agent ", fields.other("agentId", than: actor))
        .quoting(fields.text("description"))
    default: return calls(type, &fields, actor)
    }
  }

  private func calls(
    _ type: String, _ fields: inout EventFields, _ actor: Actor
  ) -> Sentence? {
    switch type {
    case "call.offered":
      let direction = fields.word("direction")
      return Sentence(direction == "outbound" ? "called" : "the telephone rang")
        .with(" (", direction == "outbound" ? nil : direction, " call)")
        .with(" on line ", fields.text("toLine")).with(", call ", fields.text("callId"))
    case "call.answered":
      return Sentence("answered the call")
        .with(", agent ", fields.other("agentId", than: actor))
        .with(", after ", fields.seconds("waitSeconds")).with(", call ", fields.text("callId"))
    case "call.abandoned":
      return Sentence("hung up before anybody answered")
        .with(", after ", fields.seconds("waitSeconds")).with(", call ", fields.text("callId"))
    case "call.transferred":
      return Sentence("transferred the call").with(" from ", fields.text("fromAgent"))
        .with(" to ", fields.text("toAgent")).with(" to queue ", fields.text("toQueue"))
        .with(", call ", fields.text("callId")).quoting(fields.text("reason"), as: "reason")
    case "call.ended":
      return Sentence("the call ended").with(" after ", fields.seconds("talkSeconds"))
        .with(": ", fields.word("outcome")).with(", call ", fields.text("callId"))
        .quoting(fields.text("summary"))
    case "call.recordingMissing":
      return Sentence("there is no recording of the call").with(": ", fields.word("reason"))
        .with(", call ", fields.text("callId")).quoting(fields.text("reasonText"))
    default: return nil
    }
  }
}
