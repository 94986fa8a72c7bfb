import CasefileProjections

extension EnglishPhrases {
  func definition(of metric: Metric) -> String {
    switch metric {
    case .newContacts:
      "Tickets that were opened, and calls, chats and messages of clients that belong to "
        + "none; of the agent who opened the ticket, else of the holder then."
    case .closed:
      "Closes, of tickets that were closed again too; of the agent who closed, else of the "
        + "holder then."
    case .backlog:
      "Tickets that are open at the instant, and how old they are since their opening: "
        + "unheld, waiting, or worked on; of the holder."
    case .reasons:
      "Tickets by topic, as they were classified last, at their opening; of the agent who "
        + "opened one, else of the holder then."
    case .arrivals:
      "Times at which somebody became responsible for a ticket, however that came about; of whoever "
        + "did."
    case .timeToFind:
      "How long the client looked for a way to ask before the ticket was opened, as stated; of the "
        + "agent as with newContacts."
    case .entrySteps:
      "How many steps the client took before the ticket was opened, as stated; of the agent as with "
        + "newContacts."
    case .firstReaction:
      "From the opening to the first human assignment, take, accept, reply or answered call, around "
        + "the clock; of the holder then."
    case .firstReply:
      "From the client's first call, or first message that is not automatic, to the first public "
        + "reply of a human agent or the first answered call after it, around the clock; nought where "
        + "the ticket was opened from an answered call; of whoever replied."
    case .nextReplies:
      "As replies, without the turns before the first reply; of whoever replied."
    case .replies:
      "From the first message of each turn of the client that needs a reply to the human reply to "
        + "it, around the clock; of whoever replied."
    case .resolution:
      "From the opening to the solution that stands, else to the close, around the clock, waits "
        + "among it; of the holder then."
    case .firstReactionWorkingTime: workingTime("firstReaction")
    case .firstReplyWorkingTime: workingTime("firstReply")
    case .repliesWorkingTime: workingTime("replies")
    case .resolutionWorkingTime: workingTime("resolution")
    case .overdueTickets:
      "Of the tickets under a policy whose deadlines have all ended, or of which one was "
        + "missed, the share with a missed one; of the holder at the first missed deadline, else "
        + "at the last stop."
    case .overdueReplies:
      "Of the deadlines of first and next replies that have ended, the share that was missed, "
        + "by clock; of the holder at the deadline, else at the reply."
    case .stale:
      "Of the tickets that are open at the instant, the share that no human has touched for "
        + "longer than the rule set's limit for hung ones, around the clock, without a wait whose end "
        + "lies ahead; "
        + "of the holder."
    case .reopened:
      "Of the tickets that were resolved or closed, the share that was opened again; of the holder "
        + "at the first end."
    case .repeatContacts:
      "Of the closed tickets whose window has passed, the share after which the same client "
        + "opened a ticket on the same topic, or one that somebody linked as its follow-up, or "
        + "turned to the desk outside of tickets on it, within the rule set's days; of the holder at "
        + "the close."
    case .oneReply:
      "Of the closed tickets whose window has passed, the share with exactly one human turn "
        + "towards the client, no reopening and no repeat; of the holder at the close."
    case .firstContact:
      "Of the closed tickets whose window has passed, the share in which no turn of the "
        + "client that needs a reply came after the first reply, with no reopening and no repeat, "
        + "transfers allowed; of the holder at the close."
    case .followUpQuestions:
      "Turns of the client that need a reply after the first reply, of each ticket that has "
        + "one; of whoever replied first."
    case .touches:
      "Human turns towards the client: messages of one agent in one channel with no client between "
        + "and at most 15 minutes apart, or a call, the one from which the ticket was opened too; each "
        + "when it was and of whoever it was. A ticket without any counts as nought at its opening; the "
        + "mean is that of tickets."
    case .promptedTouches:
      "Of the human turns towards the client, the share that was the first after a reminder of the "
        + "client; all others are the agent's own initiative. Turns and agent as with touches."
    case .workTouches:
      "Action groups of human agents that are no turn towards the client: notes, fields, "
        + "transfers; each when it was and of whoever acted. A ticket without any counts as nought at "
        + "its opening; the mean is that of tickets."
    case .handlingTime:
      "Seconds of work on a ticket by agent: as agents logged them, and apart from these "
        + "talk, hold and wrap-up of calls, as stated; each entry when it was made and of whoever "
        + "worked."
    case .diagnosticActs:
      "Diagnostic steps that were recorded, by their code; of whoever took them, else of the holder "
        + "then."
    case .checklistDone:
      "Of the tickets that were resolved or closed and whose topic had a checklist then, the share of "
        + "its steps that were recorded by the end, each once; of the holder then."
    case .checklistSkipped:
      "Steps of the topic's checklist that nobody recorded by the end of the ticket, by their code; "
        + "tickets and agent as with checklistDone."
    case .handoffs:
      "Responsibility that moved directly between two named agents; of the giver."
    case .reassignments:
      "Assignments, accepted offers and orders after the first one, those to the same agent too; of "
        + "whoever was responsible before."
    case .acknowledgement:
      "From the offer of a ticket to its acceptance, around the clock; of whoever accepted."
    case .continuity:
      "Of the questions on a ticket that were answered after another one, the share answered "
        + "by the same agent as the one before; of whoever answered."
    case .callWait:
      "How long a caller waited until a call was answered, on a ticket or before one, as "
        + "stated, else from the offer to the answer, and for whoever takes a call over from the "
        + "transfer on; of whoever answered."
    case .callTalk:
      "How long was spoken on a call that reached somebody, on a ticket or before one, as "
        + "stated; of whoever answered."
    case .callHold:
      "How long the client was on hold on a call that reached somebody, on a ticket or before "
        + "one, as stated; of whoever answered."
    case .callsAbandoned:
      "Of the calls that came in, on tickets or before them, and were answered or given up, "
        + "the share given up; of nobody, since who gave up reached no agent."
    case .callOutcomes:
      "Calls, on tickets or before them, by what came of them, as stated; of whoever "
        + "answered."
    case .satisfaction:
      "The client's marks of satisfaction, the newest of each survey and question, by scale; of the "
        + "agent whom the mark names, else who replied last, else who held the ticket at its end."
    case .markLevel:
      "Where marks of satisfaction stand on their scales, from the lowest mark, 0 %, to the highest, "
        + "100 %, so that scales can be told together; marks and agent as with satisfaction."
    case .goodMarks:
      "Of the marks on their scales, the share of good ones by kind: satisfaction in the highest "
        + "quarter of its scale, solved, or nine tenths and more of readiness to recommend; of the "
        + "agent as with satisfaction."
    case .badMarks:
      "Of the marks on their scales, the share of bad ones by kind: satisfaction in the "
        + "lowest quarter of its scale, not solved, or six tenths and less of readiness to "
        + "recommend; of the agent as with satisfaction."
    case .comments:
      "Of the marks that stand, the share that came with words, erased since or not, by kind; "
        + "of the agent as with satisfaction."
    case .loyalty:
      "Of the marks of readiness to recommend, the share from nine tenths of the scale on "
        + "less the share up to six tenths; of the agent as with satisfaction."
    case .surveyAnswers:
      "Of the surveys that were offered, the share after which a mark for the survey came before "
        + "it was offered again; of the holder at the offer."
    case .unsatisfied:
      "Contacts minus the satisfied: the share of tickets without a mark of satisfaction in "
        + "the highest quarter of its scale and without the word that it is solved, unasked ones "
        + "among them, but for imports without any survey or mark; of the agent of the good mark, "
        + "else of the last holder."
    case .reviewScore:
      "Scores of quality control by criterion, as the last decision on a dispute left them, on the "
        + "scale that the review states, else its scorecard; of the agent whom the review names, else "
        + "of the holder at the beginning of what was reviewed."
    case .reviewTotal:
      "Totals of reviews as stated, by the last decision on a dispute where it states one; without "
        + "that, and where a decision changed scores alone, the weighted shares of the best scores, "
        + "weights and scales those of the review, else of its scorecard as published by then; nought "
        + "where a critical criterion is failed; of the agent as with reviewScore."
    case .criticalFailures:
      "Of the reviews with scores for criteria that the review, else its scorecard, calls critical, "
        + "the share in which one of these is nought; of the agent as with reviewScore."
    case .stressFlags:
      "Signs of stress that people or programs flagged on tickets: negative, urgent, overloadContext; "
        + "of the holder then."
    case .stressCases:
      "Tickets by stress, once for each kind: inflow, where a ticket came to its agent in an hour in "
        + "which more came than the 90th hundredth of that agent's hours (hours of UTC in which any "
        + "came, all up to the instant, nearest rank); negative, urgent and overloadContext as "
        + "flagged; calm without any of it; of the agent to whom it came first in such an hour, of "
        + "the holder at the flag, else of the first holder."
    case .stressMarks:
      "Where marks of satisfaction stand on their scales, inside stress and outside of it: inside, "
        + "where the ticket was flagged by then, or came to the agent whose mark it is in a rush "
        + "as with stressCases; marks and agent as with satisfaction."
    case .calibration:
      "Another reviewer's total of the same work less the review's own, in points of a hundred; of "
        + "the reviewer whose review it is."
    case .reviewResponses:
      "Of the reviews, the share to which the agent answered; of the agent as with reviewScore."
    case .reviewDisputes:
      "Of the reviews, the share that was disputed; of the agent as with reviewScore."
    case .disputeTime:
      "From the dispute of a review to its decision, around the clock, by decision; of the agent as "
        + "with reviewScore."
    case .trainedReviews:
      "Of the reviews, the share that a training names as what led to it; of the agent as with "
        + "reviewScore."
    case .trainingEffect:
      "Totals of an agent's reviews in the 30 days before a training was assigned to which reviews "
        + "led, and in the 30 days after it was completed, where at least 3 stand on each side; of "
        + "the agent as with reviewScore."
    }
  }

  private func workingTime(_ metric: String) -> String {
    "As \(metric), in working time of the calendar by which the policy counts that governed the ticket "
      + "at the end of it, for the same clock, else for the resolution, else for the first clock with "
      + "a calendar; waits among it; of the agent as with \(metric)."
  }

  func about(
    _ definition: String, unit: Metric.Unit, counted: Metric.Counted, version: Int
  ) -> String {
    let unit =
      switch unit {
      case .seconds: "time"
      case .mark: "mark"
      case .count: "number"
      case .share: "share"
      case .permille: "share of the best"
      case .points: "points"
      case .balance: "difference of shares"
      }
    return "\(definition) Unit: \(unit); counts \(counted.rawValue); definition \(version)."
  }

  func metricColumns(_ cut: MetricCut) -> [String] {
    let key =
      switch cut {
      case .closeKind: "close"
      case .weekday: "day"
      case .entryPoint: "entry point"
      default: cut.rawValue
      }
    return [key, "of", "values", "tickets", "mean", "median", "90 %"]
  }

  func metricPart(_ part: String, of metric: Metric) -> String {
    metric == .disputeTime ? word(part, of: "DisputeDecision") : part
  }

  func metricKey(_ key: String, in cut: MetricCut) -> String {
    switch (cut, key) {
    case (.tenure, "unknown"), (.release, "none"), (.release, "unknown"): key
    case (.tenure, _), (.release, _): "\(key) days"
    case (.shift, "offShift"): "off shift"
    case (.hours, "aroundTheClock"): "around the clock"
    default: key
    }
  }

  func measured(_ tickets: Int, contacts: Int) -> String {
    "looked at: \(count(tickets, "ticket"))"
      + (contacts > 0 ? ", \(count(contacts, "contact")) outside of tickets" : "")
  }

  var notOnlyAsked: String { " (of all, not only of what is asked for)" }

  func leftOut(_ number: Int, _ why: Metric.Omission) -> String {
    let text =
      switch why {
      case .noClientMessage: "without a message or call of the client"
      case .notYet: "that nobody answered yet"
      case .notEnded: "that have not ended"
      case .noScore: "without a score"
      case .outsideScale: "outside their scale"
      case .replaced: "withdrawn or replaced by a newer one"
      case .noTime: "whose time is not stated"
      case .windowOpen: "whose window for a repeat has not passed"
      case .void: "that ended as duplicates, merged or as spam"
      case .noReply: "that ended without a human turn towards the client"
      case .noClient: "whose client is not known"
      case .noTopic: "whose topic is not known"
      case .possibleRepeat: "with a possible repeat, since a topic is not known"
      case .noPolicy: "under no policy"
      case .notAssessable: "whose deadlines can't be judged by the record"
      case .noOutcome: "whose outcome is not stated"
      case .noCalendar: "whose policy counts around the clock or by no published calendar"
      case .noChecklist: "whose topic has no checklist"
      case .noPath: "whose client's way is not stated"
      case .noHolder: "for which nobody was responsible"
      case .fewReviews: "with fewer than 3 reviews before the training or after it"
      case .notRecorded: "imported without anything of the kind"
      case .noScorecard: "of a scorecard, a version or a criterion that was not published"
      case .otherKind: "of effort or of a kind that is not known, which are neither good nor bad"
      }
    return "left out: \(self.number(Int64(number), decimals: 0)) \(text)"
  }
}
