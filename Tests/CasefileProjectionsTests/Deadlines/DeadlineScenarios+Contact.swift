extension DeadlineScenario {
  /// Reactions, replies, turns and updates.
  static let contact: [DeadlineScenario] = [
    DeadlineScenario(
      "A target of nothing is due at once, and met at that instant", rules: [2, 3],
      "p1: firstReply 0", events: "mo 20:00 opened", now: "mo 20:00",
      ["firstReply 1 pending running due=mo 20:00 end=- used=0"]),
    DeadlineScenario(
      "A target of nothing is missed strictly after", rules: [2, 3], "p1: firstReply 0",
      events: "mo 20:00 opened", now: "mo 20:01",
      ["firstReply 1 breached running due=mo 20:00 end=- used=0 breach=mo 20:00/elapsed/-/0/1"]),
    DeadlineScenario(
      "Stopping at the deadline is met", rules: [3], "p1: firstReply 60",
      events: "mo 10:00 opened;mo 11:00 reply a", now: "mo 12:00",
      ["firstReply 1 met stopped due=mo 11:00 end=mo 11:00 used=60"]),
    DeadlineScenario(
      "Stopping a minute later is not", rules: [3], "p1: firstReply 60",
      events: "mo 10:00 opened;mo 11:01 reply a", now: "mo 12:00",
      [
        "firstReply 1 breached stopped due=mo 11:00 end=mo 11:01 used=61 "
          + "breach=mo 11:00/elapsed/-/1/1"
      ]),
    DeadlineScenario(
      "First reaction and first reply wait while the policy says so", rules: [5],
      "p1: firstReaction 60 pause=client; firstReply 60 pause=client",
      events: "mo 9:00 opened;mo 9:30 wait client", now: "mo 10:30",
      [
        "firstReaction 1 pending paused due=- end=- used=30",
        "firstReply 1 pending paused due=- end=- used=30",
      ]),
    DeadlineScenario(
      "An opening by an agent without a contact asks for no reply", rules: [6],
      "p1: firstReaction 60; firstReply 60", events: "mo 9:00 opened by=agent", now: "mo 9:30",
      ["firstReaction 1 pending running due=mo 10:00 end=- used=30"]),
    DeadlineScenario(
      "The first turn of the client then does", rules: [6], "p1: firstReply 60",
      events: "mo 9:00 opened by=agent;mo 9:20 msg;mo 9:40 reply a", now: "mo 10:30",
      ["firstReply 1 met stopped due=mo 10:20 end=mo 9:40 used=20"]),
    DeadlineScenario(
      "An opening from an answered call has its reaction and its reply at once", rules: [6, 7],
      "p1: firstReaction 60; firstReply 60; nextReply 60",
      events: "mo 9:00 opened by=call;mo 9:30 msg", now: "mo 9:40",
      [
        "firstReaction 1 met stopped due=mo 10:00 end=mo 9:00 used=0",
        "firstReply 1 met stopped due=mo 10:00 end=mo 9:00 used=0",
        "nextReply 1 pending running due=mo 10:30 end=- used=10",
      ]),
    DeadlineScenario(
      "A reply that failed to arrive was none", rules: [6, 11], "p1: firstReply 60",
      events: "mo 9:00 opened;mo 9:10 reply a;mo 9:20 failed 2;mo 9:30 reply a", now: "mo 9:40",
      ["firstReply 1 met stopped due=mo 10:00 end=mo 9:30 used=30"]),
    DeadlineScenario(
      "An answered call is a reply", rules: [6, 7], "p1: firstReply 60; nextReply 60",
      events: "mo 9:00 opened;mo 9:10 answered a;mo 9:20 msg;mo 9:50 answered a", now: "mo 11:00",
      [
        "firstReply 1 met stopped due=mo 10:00 end=mo 9:10 used=10",
        "nextReply 1 met stopped due=mo 10:20 end=mo 9:50 used=30",
      ]),
    DeadlineScenario(
      "A vendor's message is no turn of the client", rules: [6, 7], "p1: nextReply 60",
      events: "mo 9:00 opened;mo 9:10 reply a;mo 9:20 vendormsg", now: "mo 11:00", []),
    DeadlineScenario(
      "A turn before the first reply is the first reply's business", rules: [7],
      "p1: firstReply 60; nextReply 60", events: "mo 9:00 opened;mo 9:20 msg;mo 9:30 reply a",
      now: "mo 11:00", ["firstReply 1 met stopped due=mo 10:00 end=mo 9:30 used=30"]),
    DeadlineScenario(
      "A close without any reply gives the first reply up", rules: [7, 8],
      "p1: firstReaction 60; firstReply 60", events: "mo 9:00 opened;mo 9:30 closed spam",
      now: "mo 11:00",
      [
        "firstReaction 1 cancelled cancelled due=mo 10:00 end=mo 9:30 used=30 cancel=closed",
        "firstReply 1 cancelled cancelled due=mo 10:00 end=mo 9:30 used=30 cancel=closed",
      ]),
    DeadlineScenario(
      "What was missed before the close stays missed", rules: [4, 7], "p1: firstReply 60",
      events: "mo 9:00 opened;mo 10:30 closed unresolved", now: "mo 11:00",
      [
        "firstReply 1 breached cancelled due=mo 10:00 end=mo 10:30 used=90 "
          + "breach=mo 10:00/elapsed/-/30/30 cancel=closed"
      ]),
    DeadlineScenario(
      "A reopening after a close without reply asks for one again", rules: [9],
      "p1: firstReaction 120; firstReply 120",
      events: "mo 9:00 opened;mo 10:00 closed spam;mo 11:00 reopened", now: "mo 11:30",
      [
        "firstReaction 1 cancelled cancelled due=mo 11:00 end=mo 10:00 used=60 cancel=closed",
        "firstReaction 2 pending running due=mo 13:00 end=- used=30",
        "firstReply 1 cancelled cancelled due=mo 11:00 end=mo 10:00 used=60 cancel=closed",
        "firstReply 2 pending running due=mo 13:00 end=- used=30",
      ]),
    DeadlineScenario(
      "A word of thanks on a closed ticket starts nothing", rules: [7, 9], "p1: nextReply 60",
      events: "mo 9:00 opened;mo 9:10 reply a;mo 9:20 closed confirmed;mo 9:30 msg",
      now: "mo 12:00", []),
    DeadlineScenario(
      "Each update is due anew from the one before", rules: [2, 3], "p1: periodicUpdate 60",
      events: "mo 9:00 opened;mo 9:10 reply a;mo 10:20 reply a;mo 10:40 reply a", now: "mo 11:00",
      [
        "periodicUpdate 1 breached stopped due=mo 10:10 end=mo 10:20 used=70 "
          + "breach=mo 10:10/elapsed/-/10/10",
        "periodicUpdate 2 met stopped due=mo 11:20 end=mo 10:40 used=20",
        "periodicUpdate 3 pending running due=mo 11:40 end=- used=20",
      ]),
    DeadlineScenario(
      "A policy may let updates be due from the opening", rules: [6],
      "p1: periodicUpdate 60 start=opened,humanReply",
      events: "mo 9:00 opened;mo 9:30 reply a", now: "mo 10:00",
      [
        "periodicUpdate 1 met stopped due=mo 10:00 end=mo 9:30 used=30",
        "periodicUpdate 2 pending running due=mo 10:30 end=- used=30",
      ]),
    DeadlineScenario(
      "A retracted reply was none, a corrected one counts at its true time", rules: [11],
      "p1: firstReply 60",
      events: "mo 9:00 opened;mo 9:10 reply a;mo 9:20 reply b;mo 9:30 retract 2;"
        + "mo 9:40 correct 3 mo 10:30", now: "mo 11:00",
      [
        "firstReply 1 breached stopped due=mo 10:00 end=mo 10:30 used=90 "
          + "breach=mo 10:00/elapsed/-/30/30"
      ]),
    DeadlineScenario(
      "The time of a breach decides whose it is", rules: [13], "p1: nextReply 60",
      events: "mo 9:00 opened;mo 9:00 assign a;mo 9:00 reply a;mo 9:30 msg;mo 10:30 assign b",
      now: "mo 11:00", holders: true,
      [
        "nextReply 1 breached running due=mo 10:30 end=- used=90 "
          + "breach=mo 10:30/elapsed/b/30/30 by=a:60,b:30"
      ]),
  ]
}
