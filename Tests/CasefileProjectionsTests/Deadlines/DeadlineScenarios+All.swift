extension DeadlineScenario {
  /// Scenarios of all seven clocks at once: a rule is shown on each of them.
  static let all: [DeadlineScenario] = [
    DeadlineScenario(
      "A night and a weekend are no working time", rules: [1], "p1: all 60",
      events: "fr 17:50 opened g=net;fr 17:55 assign a;mo2 9:05 reply a;mo2 9:10 msg",
      now: "mo2 9:20",
      [
        "firstReaction 1 met stopped due=mo2 9:50 end=fr 17:55 used=5",
        "firstReply 1 met stopped due=mo2 9:50 end=mo2 9:05 used=15",
        "nextReply 1 pending running due=mo2 10:10 end=- used=10",
        "resolution 1 pending running due=mo2 9:50 end=- used=30",
        "periodicUpdate 1 pending running due=mo2 10:05 end=- used=15",
        "requesterWait 1 pending running due=mo2 9:50 end=- used=30",
        "groupHold 1 pending running due=mo2 9:50 end=- used=30",
      ]),
    DeadlineScenario(
      "A deadline at closing time is closing time", rules: [2, 3], "p1: all 60",
      events: "mo 17:00 opened g=net;mo 17:00 assign a;mo 17:00 reply a;mo 17:00 msg",
      now: "mo 18:00",
      [
        "firstReaction 1 met stopped due=mo 18:00 end=mo 17:00 used=0",
        "firstReply 1 met stopped due=mo 18:00 end=mo 17:00 used=0",
        "nextReply 1 pending running due=mo 18:00 end=- used=60",
        "resolution 1 pending running due=mo 18:00 end=- used=60",
        "periodicUpdate 1 pending running due=mo 18:00 end=- used=60",
        "requesterWait 1 pending running due=mo 18:00 end=- used=60",
        "groupHold 1 pending running due=mo 18:00 end=- used=60",
      ]),
    DeadlineScenario(
      "After closing time a clock is active too, so it is missed by wall seconds alone",
      rules: [3], "p1: all 60",
      events: "mo 17:00 opened g=net;mo 17:00 assign a;mo 17:00 reply a;mo 17:00 msg",
      now: "mo 19:00",
      [
        "firstReaction 1 met stopped due=mo 18:00 end=mo 17:00 used=0",
        "firstReply 1 met stopped due=mo 18:00 end=mo 17:00 used=0",
        "nextReply 1 breached running due=mo 18:00 end=- used=60 breach=mo 18:00/elapsed/a/0/60",
        "resolution 1 breached running due=mo 18:00 end=- used=60 breach=mo 18:00/elapsed/a/0/60",
        "periodicUpdate 1 breached running due=mo 18:00 end=- used=60 "
          + "breach=mo 18:00/elapsed/a/0/60",
        "requesterWait 1 breached running due=mo 18:00 end=- used=60 "
          + "breach=mo 18:00/elapsed/a/0/60",
        "groupHold 1 breached running due=mo 18:00 end=- used=60 breach=mo 18:00/elapsed/a/0/60",
      ]),
    DeadlineScenario(
      "A missed target is missed once, through pauses and to the end", rules: [4, 5],
      "p1: all 60 pause=client",
      events: """
        mo 9:00 opened g=net;mo 10:30 wait client;mo 11:00 endwait client;mo 11:30 assign a;\
        mo 11:30 reply a;mo 11:30 msg;mo 13:00 wait client;mo 13:30 endwait client
        """,
      now: "mo 14:00",
      [
        "firstReaction 1 breached stopped due=mo 11:00 end=mo 11:30 used=120 "
          + "breach=mo 10:00/elapsed/-/60/90",
        "firstReply 1 breached stopped due=mo 11:00 end=mo 11:30 used=120 "
          + "breach=mo 10:00/elapsed/-/60/90",
        "nextReply 1 breached running due=mo 13:30 end=- used=120 breach=mo 12:30/elapsed/a/60/90",
        "resolution 1 breached running due=mo 13:30 end=- used=240 "
          + "breach=mo 10:00/elapsed/-/180/240",
        "periodicUpdate 1 breached running due=mo 13:30 end=- used=120 "
          + "breach=mo 12:30/elapsed/a/60/90",
        "requesterWait 1 breached running due=mo 13:30 end=- used=240 "
          + "breach=mo 10:00/elapsed/-/180/240",
        "groupHold 1 breached running due=mo 13:30 end=- used=240 "
          + "breach=mo 10:00/elapsed/-/180/240",
      ]),
    DeadlineScenario(
      "Two waits that overlap pause once, and what remains is due from the resumption",
      rules: [5], "p1: all 120 pause=client,vendor",
      events: """
        mo 9:00 opened g=net;mo 9:00 assign a;mo 9:00 reply a;mo 9:00 msg;mo 10:00 wait client;\
        mo 10:20 wait vendor;mo 10:30 endwait client;mo 11:00 endwait vendor
        """,
      now: "mo 11:30",
      [
        "firstReaction 1 met stopped due=mo 11:00 end=mo 9:00 used=0",
        "firstReply 1 met stopped due=mo 11:00 end=mo 9:00 used=0",
        "nextReply 1 pending running due=mo 12:00 end=- used=90",
        "resolution 1 pending running due=mo 12:00 end=- used=90",
        "periodicUpdate 1 pending running due=mo 12:00 end=- used=90",
        "requesterWait 1 pending running due=mo 12:00 end=- used=90",
        "groupHold 1 pending running due=mo 12:00 end=- used=90",
      ]),
    DeadlineScenario(
      "Automatic messages of either side start and stop nothing", rules: [6], "p1: all 120",
      events: """
        mo 9:00 opened g=net;mo 9:10 botreply;mo 9:20 autoassign a;mo 9:30 auto;mo 9:40 reply a;\
        mo 9:45 auto;mo 9:46 noreply;mo 9:50 msg;mo 9:55 botreply
        """,
      now: "mo 10:00",
      [
        "firstReaction 1 met stopped due=mo 11:00 end=mo 9:40 used=40",
        "firstReply 1 met stopped due=mo 11:00 end=mo 9:40 used=40",
        "nextReply 1 pending running due=mo 11:50 end=- used=10",
        "resolution 1 pending running due=mo 11:00 end=- used=60",
        "periodicUpdate 1 pending running due=mo 11:40 end=- used=20",
        "requesterWait 1 pending running due=mo 11:00 end=- used=60",
        "groupHold 1 pending running due=mo 11:00 end=- used=60",
      ]),
    DeadlineScenario(
      "A burst is one instance of nextReply, and the close ends what is open", rules: [7, 8],
      "p1: all 120",
      events: """
        mo 9:00 opened g=net;mo 9:10 reply a;mo 9:20 msg;mo 9:30 msg;mo 9:40 reply a;mo 9:50 msg;\
        mo 10:00 closed confirmed
        """,
      now: "mo 10:30",
      [
        "firstReaction 1 met stopped due=mo 11:00 end=mo 9:10 used=10",
        "firstReply 1 met stopped due=mo 11:00 end=mo 9:10 used=10",
        "nextReply 1 met stopped due=mo 11:20 end=mo 9:40 used=20",
        "nextReply 2 cancelled cancelled due=mo 11:50 end=mo 10:00 used=10 cancel=closed",
        "resolution 1 met stopped due=mo 11:00 end=mo 10:00 used=60",
        "periodicUpdate 1 met stopped due=mo 11:10 end=mo 9:40 used=30",
        "periodicUpdate 2 cancelled cancelled due=mo 11:40 end=mo 10:00 used=20 cancel=closed",
        "requesterWait 1 met stopped due=mo 11:00 end=mo 10:00 used=60",
        "groupHold 1 met stopped due=mo 11:00 end=mo 10:00 used=60",
      ]),
    DeadlineScenario(
      "A merge cancels every clock that runs", rules: [7], "p1: all 120",
      events: "mo 9:00 opened g=net;mo 9:10 reply a;mo 9:20 msg;mo 9:30 merged 8",
      now: "mo 10:30",
      [
        "firstReaction 1 met stopped due=mo 11:00 end=mo 9:10 used=10",
        "firstReply 1 met stopped due=mo 11:00 end=mo 9:10 used=10",
        "nextReply 1 cancelled cancelled due=mo 11:20 end=mo 9:30 used=10 cancel=merged",
        "resolution 1 cancelled cancelled due=mo 11:00 end=mo 9:30 used=30 cancel=merged",
        "periodicUpdate 1 cancelled cancelled due=mo 11:10 end=mo 9:30 used=20 cancel=merged",
        "requesterWait 1 cancelled cancelled due=mo 11:00 end=mo 9:30 used=30 cancel=merged",
        "groupHold 1 cancelled cancelled due=mo 11:00 end=mo 9:30 used=30 cancel=merged",
      ]),
    DeadlineScenario(
      "A proposal stops resolution and the wait for the desk, and ends the duty to update",
      rules: [8], "p1: all 120",
      events: "mo 9:00 opened g=net;mo 9:10 reply a;mo 9:20 msg;mo 10:00 proposed",
      now: "mo 10:30",
      [
        "firstReaction 1 met stopped due=mo 11:00 end=mo 9:10 used=10",
        "firstReply 1 met stopped due=mo 11:00 end=mo 9:10 used=10",
        "nextReply 1 pending running due=mo 11:20 end=- used=70",
        "resolution 1 met stopped due=mo 11:00 end=mo 10:00 used=60",
        "periodicUpdate 1 cancelled cancelled due=mo 11:10 end=mo 10:00 used=50 cancel=resolved",
        "requesterWait 1 met stopped due=mo 11:00 end=mo 10:00 used=60",
        "groupHold 1 pending running due=mo 11:00 end=- used=90",
      ]),
    DeadlineScenario(
      "A reopening goes on with what was stopped and begins anew what was given up", rules: [9],
      "p1: all 120",
      events: """
        mo 9:00 opened g=net;mo 9:10 reply a;mo 9:20 msg;mo 10:00 closed confirmed;mo 11:00 msg;\
        mo 11:00 reopened
        """,
      now: "mo 11:30",
      [
        "firstReaction 1 met stopped due=mo 11:00 end=mo 9:10 used=10",
        "firstReply 1 met stopped due=mo 11:00 end=mo 9:10 used=10",
        "nextReply 1 cancelled cancelled due=mo 11:20 end=mo 10:00 used=40 cancel=closed",
        "nextReply 2 pending running due=mo 13:00 end=- used=30",
        "resolution 1 pending running due=mo 12:00 end=- used=90 was=met",
        "periodicUpdate 1 cancelled cancelled due=mo 11:10 end=mo 10:00 used=50 cancel=closed",
        "periodicUpdate 2 pending running due=mo 13:00 end=- used=30",
        "requesterWait 1 pending running due=mo 12:00 end=- used=90 was=met",
        "groupHold 1 pending running due=mo 12:00 end=- used=90 was=met",
      ]),
    DeadlineScenario(
      "A shorter target that is exceeded is missed at the change", rules: [10, 4],
      "p1: all 240", "p2 !: all 120",
      events: """
        mo 9:00 opened g=net;mo 9:00 assign a;mo 9:00 reply a;mo 9:00 msg;\
        mo 11:30 apply p2 retargetKeepElapsed
        """,
      now: "mo 12:00",
      [
        "firstReaction 1 met stopped due=mo 13:00 end=mo 9:00 used=0",
        "firstReply 1 met stopped due=mo 13:00 end=mo 9:00 used=0",
        "nextReply 1 breached running due=mo 11:30 end=- used=180 breach=mo 11:30/retarget/a/30/30",
        "resolution 1 breached running due=mo 11:30 end=- used=180 "
          + "breach=mo 11:30/retarget/a/30/30",
        "periodicUpdate 1 breached running due=mo 11:30 end=- used=180 "
          + "breach=mo 11:30/retarget/a/30/30",
        "requesterWait 1 breached running due=mo 11:30 end=- used=180 "
          + "breach=mo 11:30/retarget/a/30/30",
        "groupHold 1 breached running due=mo 11:30 end=- used=180 breach=mo 11:30/retarget/a/30/30",
      ]),
    DeadlineScenario(
      "A restart gives every running clock its full target", rules: [10], "p1: all 240",
      "p2 !: all 120", events: "mo 9:00 opened g=net;mo 11:30 apply p2 restart", now: "mo 12:00",
      [
        "firstReaction 1 cancelled cancelled due=mo 13:00 end=mo 11:30 used=150 "
          + "cancel=policyRestart",
        "firstReaction 2 pending running due=mo 13:30 end=- used=30",
        "firstReply 1 cancelled cancelled due=mo 13:00 end=mo 11:30 used=150 cancel=policyRestart",
        "firstReply 2 pending running due=mo 13:30 end=- used=30",
        "resolution 1 cancelled cancelled due=mo 13:00 end=mo 11:30 used=150 cancel=policyRestart",
        "resolution 2 pending running due=mo 13:30 end=- used=30",
        "requesterWait 1 cancelled cancelled due=mo 13:00 end=mo 11:30 used=150 "
          + "cancel=policyRestart",
        "requesterWait 2 pending running due=mo 13:30 end=- used=30",
        "groupHold 1 cancelled cancelled due=mo 13:00 end=mo 11:30 used=150 cancel=policyRestart",
        "groupHold 2 pending running due=mo 13:30 end=- used=30",
      ]),
    DeadlineScenario(
      "Events that were recorded in another order count in the order in which they happened",
      rules: [11], "p1: all 60",
      events: "mo 10:20 reply a;mo 10:00 opened g=net;mo 10:30 msg;mo 10:10 assign a",
      now: "mo 10:50",
      [
        "firstReaction 1 met stopped due=mo 11:00 end=mo 10:10 used=10",
        "firstReply 1 met stopped due=mo 11:00 end=mo 10:20 used=20",
        "nextReply 1 pending running due=mo 11:30 end=- used=20",
        "resolution 1 pending running due=mo 11:00 end=- used=50",
        "periodicUpdate 1 pending running due=mo 11:20 end=- used=30",
        "requesterWait 1 pending running due=mo 11:00 end=- used=50",
        "groupHold 1 pending running due=mo 11:00 end=- used=50",
      ]),
    DeadlineScenario(
      "A version of the calendar counts from the instant at which it is in force", rules: [12],
      "p1: all 120 cal=two",
      events: "mo 17:00 opened g=net;mo 17:00 assign a;mo 17:00 reply a;mo 17:00 msg",
      now: "tu 12:30",
      [
        "firstReaction 1 met stopped due=tu 13:00 end=mo 17:00 used=0",
        "firstReply 1 met stopped due=tu 13:00 end=mo 17:00 used=0",
        "nextReply 1 pending running due=tu 13:00 end=- used=90",
        "resolution 1 pending running due=tu 13:00 end=- used=90",
        "periodicUpdate 1 pending running due=tu 13:00 end=- used=90",
        "requesterWait 1 pending running due=tu 13:00 end=- used=90",
        "groupHold 1 pending running due=tu 13:00 end=- used=90",
      ]),
    DeadlineScenario(
      "Each second goes to the holder of its time; an offer moves none", rules: [13],
      "p1: all 120",
      events: """
        mo 9:00 opened g=net;mo 9:10 assign a;mo 9:20 reply a;mo 9:20 msg;mo 9:40 offer a b;\
        mo 10:00 accept b
        """,
      now: "mo 10:30", holders: true,
      [
        "firstReaction 1 met stopped due=mo 11:00 end=mo 9:10 used=10 by=-:10",
        "firstReply 1 met stopped due=mo 11:00 end=mo 9:20 used=20 by=-:10,a:10",
        "nextReply 1 pending running due=mo 11:20 end=- used=70 by=a:40,b:30",
        "resolution 1 pending running due=mo 11:00 end=- used=90 by=-:10,a:50,b:30",
        "periodicUpdate 1 pending running due=mo 11:20 end=- used=70 by=a:40,b:30",
        "requesterWait 1 pending running due=mo 11:00 end=- used=90 by=-:10,a:50,b:30",
        "groupHold 1 pending running due=mo 11:00 end=- used=90 by=-:10,a:50,b:30",
      ]),
  ]
}
