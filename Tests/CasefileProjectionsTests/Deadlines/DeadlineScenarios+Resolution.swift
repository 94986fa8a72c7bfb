extension DeadlineScenario {
  /// Resolution, the wait for the desk, and stays in groups.
  static let resolution: [DeadlineScenario] = [
    DeadlineScenario(
      "A wait that the policy does not name pauses nothing", rules: [5],
      "p1: resolution 120 pause=client", events: "mo 9:00 opened;mo 9:30 wait vendor",
      now: "mo 10:00", ["resolution 1 pending running due=mo 11:00 end=- used=60"]),
    DeadlineScenario(
      "A wait ends at the time that it states", rules: [5], "p1: resolution 120 pause=client",
      events: "mo 9:00 opened;mo 9:30 wait client until mo 10:00", now: "mo 10:30",
      ["resolution 1 pending running due=mo 11:30 end=- used=60"]),
    DeadlineScenario(
      "Before that time it is paused", rules: [5], "p1: resolution 120 pause=client",
      events: "mo 9:00 opened;mo 9:30 wait client until mo 10:00", now: "mo 9:59",
      ["resolution 1 pending paused due=- end=- used=30"]),
    DeadlineScenario(
      "A pause at the deadline is in time; nothing is left after it", rules: [3, 5],
      "p1: resolution 60 pause=client",
      events: "mo 9:00 opened;mo 10:00 wait client;mo 11:00 endwait client", now: "mo 11:10",
      [
        "resolution 1 breached running due=mo 11:00 end=- used=70 "
          + "breach=mo 11:00/elapsed/-/10/10"
      ]),
    DeadlineScenario(
      "What is stopped while paused was not late", rules: [3, 5, 8],
      "p1: resolution 60 pause=clientConfirmation stop=confirmed",
      events: "mo 9:00 opened;mo 9:30 proposed;mo 9:30 wait clientConfirmation;mo 12:00 confirmed",
      now: "mo 13:00", ["resolution 1 met stopped due=- end=mo 12:00 used=30"]),
    DeadlineScenario(
      "Where the confirmation stops it, the proposal does not", rules: [8],
      "p1: resolution 120 stop=confirmed",
      events: "mo 9:00 opened;mo 10:00 proposed;mo 10:30 confirmed", now: "mo 13:00",
      ["resolution 1 met stopped due=mo 11:00 end=mo 10:30 used=90"]),
    DeadlineScenario(
      "A close stands for the confirmation", rules: [8], "p1: resolution 120 stop=confirmed",
      events: "mo 9:00 opened;mo 10:00 proposed;mo 10:45 closed agentUnconfirmed", now: "mo 13:00",
      ["resolution 1 met stopped due=mo 11:00 end=mo 10:45 used=105"]),
    DeadlineScenario(
      "A source's label may stop it", rules: [8], "p1: resolution 120 status=Erledigt",
      events: "mo 9:00 opened;mo 10:00 status Erledigt", now: "mo 13:00",
      ["resolution 1 met stopped due=mo 11:00 end=mo 10:00 used=60"]),
    DeadlineScenario(
      "So may a status of ours", rules: [8], "p1: resolution 120 stop=statusReached status=closed",
      events: "mo 9:00 opened;mo 10:00 proposed;mo 10:10 closed confirmed", now: "mo 13:00",
      ["resolution 1 met stopped due=mo 11:00 end=mo 10:10 used=70"]),
    DeadlineScenario(
      "A duplicate is given up and not solved", rules: [8], "p1: resolution 120; requesterWait 120",
      events: "mo 9:00 opened;mo 10:00 closed duplicate", now: "mo 13:00",
      [
        "resolution 1 cancelled cancelled due=mo 11:00 end=mo 10:00 used=60 cancel=closed",
        "requesterWait 1 cancelled cancelled due=mo 11:00 end=mo 10:00 used=60 cancel=closed",
      ]),
    DeadlineScenario(
      "A rejection alone resumes nothing", rules: [8, 9], "p1: resolution 120",
      events: "mo 9:00 opened;mo 10:00 proposed;mo 10:30 rejected", now: "mo 13:00",
      ["resolution 1 met stopped due=mo 11:00 end=mo 10:00 used=60"]),
    DeadlineScenario(
      "A reopening may begin a fresh instance", rules: [9], "p1: resolution 120 reopen=newInstance",
      events: "mo 9:00 opened;mo 10:00 proposed;mo 10:00 closed confirmed;mo 11:00 reopened",
      now: "mo 11:30",
      [
        "resolution 1 met stopped due=mo 11:00 end=mo 10:00 used=60",
        "resolution 2 pending running due=mo 13:00 end=- used=30",
      ]),
    DeadlineScenario(
      "A reopened clock that was missed is missed once", rules: [4, 9], "p1: resolution 60",
      events: "mo 9:00 opened;mo 10:30 proposed;mo 12:00 reopened", now: "mo 13:00",
      [
        "resolution 1 breached running due=mo 12:00 end=- used=150 "
          + "breach=mo 10:00/elapsed/-/90/90 was=breached"
      ]),
    DeadlineScenario(
      "A reopened clock may be missed in its second cycle", rules: [4, 9], "p1: resolution 60",
      events: "mo 9:00 opened;mo 9:30 proposed;mo 12:00 reopened;mo 13:00 proposed",
      now: "mo 14:00",
      [
        "resolution 1 breached stopped due=mo 12:30 end=mo 13:00 used=90 "
          + "breach=mo 12:30/elapsed/-/30/30 was=met"
      ]),
    DeadlineScenario(
      "A spam that was none begins anew", rules: [9], "p1: resolution 120",
      events: "mo 9:00 opened;mo 10:00 closed spam;mo 11:00 reopened", now: "mo 11:30",
      [
        "resolution 1 cancelled cancelled due=mo 11:00 end=mo 10:00 used=60 cancel=closed",
        "resolution 2 pending running due=mo 13:00 end=- used=30",
      ]),
    DeadlineScenario(
      "A tombstone gives everything up, and its removal begins anew", rules: [7, 9],
      "p1: resolution 120", events: "mo 9:00 opened;mo 10:00 deleted;mo 11:00 restored",
      now: "mo 11:30",
      [
        "resolution 1 cancelled cancelled due=mo 11:00 end=mo 10:00 used=60 cancel=deleted",
        "resolution 2 pending running due=mo 13:00 end=- used=30",
      ]),
    DeadlineScenario(
      "The client's own time is no wait for the desk, unless the policy says otherwise",
      rules: [5, 6], "p1: requesterWait 120",
      events: "mo 9:00 opened;mo 9:30 wait client;mo 10:00 msg;mo 10:10 wait vendor",
      now: "mo 10:30", ["requesterWait 1 pending running due=mo 11:30 end=- used=60"]),
    DeadlineScenario(
      "Each stay in a group is an instance", rules: [2, 3], "p1: groupHold 30",
      events: "mo 9:00 opened g=net;mo 9:40 group db;mo 10:00 group -;mo 11:00 group net",
      now: "mo 11:10",
      [
        "groupHold 1 breached stopped due=mo 9:30 end=mo 9:40 used=40 "
          + "breach=mo 9:30/elapsed/-/10/10",
        "groupHold 2 met stopped due=mo 10:10 end=mo 10:00 used=20",
        "groupHold 3 pending running due=mo 11:30 end=- used=10",
      ]),
    DeadlineScenario(
      "Without a calendar a clock counts around the clock", rules: [1, 2],
      "p1: resolution 120 cal", events: "sa 23:00 opened", now: "su 00:30",
      ["resolution 1 pending running due=su 1:00 end=- used=90"]),
    DeadlineScenario(
      "A calendar that nobody published makes a clock not assessable", rules: [12],
      "p1: resolution 120 cal=none", events: "mo 9:00 opened", now: "mo 10:00",
      ["resolution 1 notAssessable running due=- end=- used=0"]),
    DeadlineScenario(
      "Of two calendars with one effective date the later published counts", rules: [12],
      "p1: resolution 120 cal=tie", events: "mo 9:00 opened", now: "mo 10:00",
      ["resolution 1 pending running due=mo 11:00 end=- used=60"]),
    DeadlineScenario(
      "An offer to whom nobody answers after the shift is told apart", rules: [13],
      "p1: resolution 120",
      events: "mo 9:00 on a;mo 9:00 opened;mo 9:00 assign a;mo 9:40 offer a b;mo 9:50 off a;"
        + "mo 10:10 accept b", now: "mo 10:30", holders: true,
      ["resolution 1 pending running due=mo 11:00 end=- used=90 by=a:70,b:20 unattended=b:20"]),
    DeadlineScenario(
      "Nobody's seconds stay nobody's after a holder was taken off", rules: [13],
      "p1: resolution 60", events: "mo 9:00 opened;mo 9:10 assign a;mo 9:30 unassign a",
      now: "mo 10:30", holders: true,
      [
        "resolution 1 breached running due=mo 10:00 end=- used=90 "
          + "breach=mo 10:00/elapsed/-/30/30 by=-:70,a:20"
      ]),
  ]
}
