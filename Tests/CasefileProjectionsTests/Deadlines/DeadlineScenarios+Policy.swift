extension DeadlineScenario {
  /// Which policy governs, and what its changes do.
  static let policy: [DeadlineScenario] = [
    DeadlineScenario(
      "A grandfathered clock keeps its target; what starts later has the new one", rules: [10],
      "p1: resolution 240; nextReply 240", "p2 !: resolution 120; nextReply 120",
      events: "mo 9:00 opened;mo 10:00 apply p2 grandfather;mo 11:00 reply a;mo 11:30 msg",
      now: "mo 12:00",
      [
        "nextReply 1 pending running due=mo 13:30 end=- used=30",
        "resolution 1 pending running due=mo 13:00 end=- used=180",
      ]),
    DeadlineScenario(
      "A longer target after a miss leaves the miss and judges anew", rules: [4, 10],
      "p1: resolution 60", "p2 !: resolution 240",
      events: "mo 9:00 opened;mo 10:30 apply p2;mo 12:00 proposed", now: "mo 13:00",
      [
        "resolution 1 breached stopped due=mo 13:00 end=mo 12:00 used=180 "
          + "breach=mo 10:00/elapsed/-/120/120 now=met"
      ]),
    DeadlineScenario(
      "A new target can be missed a second time", rules: [4, 10], "p1: resolution 60",
      "p2 !: resolution 30", events: "mo 9:00 opened;mo 10:30 apply p2", now: "mo 11:00",
      [
        "resolution 1 breached running due=mo 10:30 end=- used=120 "
          + "breach=mo 10:00/elapsed/-/60/60 breach=mo 10:30/retarget/-/30/30"
      ]),
    DeadlineScenario(
      "A new version with the same target can not", rules: [4, 10], "p1: resolution 60",
      "p2 !: resolution 60", events: "mo 9:00 opened;mo 10:30 apply p2", now: "mo 11:00",
      [
        "resolution 1 breached running due=mo 10:00 end=- used=120 "
          + "breach=mo 10:00/elapsed/-/60/60"
      ]),
    DeadlineScenario(
      "A target that is just used up is due at the change", rules: [10, 3], "p1: resolution 240",
      "p2 !: resolution 60", events: "mo 9:00 opened;mo 10:00 apply p2", now: "mo 10:00",
      ["resolution 1 pending running due=mo 10:00 end=- used=60"]),
    DeadlineScenario(
      "One that was used up before it, off hours, is exceeded by it", rules: [10, 3],
      "p1: resolution 240", "p2 !: resolution 60",
      events: "mo 17:00 opened;mo 20:00 apply p2", now: "mo 20:30",
      [
        "resolution 1 breached running due=mo 20:00 end=- used=60 breach=mo 20:00/retarget/-/0/30"
      ]),
    DeadlineScenario(
      "A change while paused is judged on the resumption", rules: [5, 10],
      "p1: resolution 240 pause=client", "p2 !: resolution 30 pause=client",
      events: "mo 9:00 opened;mo 10:00 wait client;mo 10:30 apply p2;mo 11:00 endwait client",
      now: "mo 11:10",
      [
        "resolution 1 breached running due=mo 11:00 end=- used=70 "
          + "breach=mo 11:00/retarget/-/10/10"
      ]),
    DeadlineScenario(
      "A change of what pauses takes effect at once", rules: [5, 10], "p1: resolution 240",
      "p2 !: resolution 240 pause=client",
      events: "mo 9:00 opened;mo 10:00 wait client;mo 10:30 apply p2", now: "mo 11:00",
      ["resolution 1 pending paused due=- end=- used=90"]),
    DeadlineScenario(
      "A clock that the new policy lacks is given up", rules: [10],
      "p1: resolution 240; firstReply 60", "p2 !: resolution 240",
      events: "mo 9:00 opened;mo 9:30 apply p2", now: "mo 10:00",
      [
        "firstReply 1 cancelled cancelled due=mo 10:00 end=mo 9:30 used=30 cancel=policyChanged",
        "resolution 1 pending running due=mo 13:00 end=- used=60",
      ]),
    DeadlineScenario(
      "A clock that the old policy lacked counts from its beginning", rules: [10],
      "p1: firstReply 60", "p2 !: firstReply 60; resolution 120",
      events: "mo 9:00 opened;mo 10:00 apply p2", now: "mo 10:00",
      [
        "firstReply 1 pending running due=mo 10:00 end=- used=60",
        "resolution 1 pending running due=mo 11:00 end=- used=60",
      ]),
    DeadlineScenario(
      "A policy that comes late is missed at its coming, not before", rules: [10],
      "p1 !: resolution 60", events: "mo 9:00 opened;mo 11:00 apply p1", now: "mo 11:30",
      [
        "resolution 1 breached running due=mo 11:00 end=- used=150 "
          + "breach=mo 11:00/retarget/-/30/30"
      ]),
    DeadlineScenario(
      "What was done before it came is not judged", rules: [10], "p1 !: firstReply 60",
      events: "mo 9:00 opened;mo 10:30 reply a;mo 11:00 apply p1", now: "mo 11:30", []),
    DeadlineScenario(
      "Without a policy nothing runs any more", rules: [10], "p1: resolution 120",
      events: "mo 9:00 opened;mo 9:30 detach", now: "mo 10:00",
      [
        "resolution 1 cancelled cancelled due=mo 11:00 end=mo 9:30 used=30 cancel=policyDetached"
      ]),
    DeadlineScenario(
      "A higher priority has its own target", rules: [10, 2], "p1: resolution 240 high=60",
      events: "mo 9:00 opened p=low;mo 9:30 prio high", now: "mo 9:40",
      ["resolution 1 pending running due=mo 10:00 end=- used=40"]),
    DeadlineScenario(
      "A priority that comes too late is missed at the change", rules: [10, 4],
      "p1: resolution 240 high=60", events: "mo 9:00 opened p=low;mo 11:00 prio high",
      now: "mo 11:30",
      [
        "resolution 1 breached running due=mo 11:00 end=- used=150 "
          + "breach=mo 11:00/retarget/-/30/30"
      ]),
    DeadlineScenario(
      "The policy with the lowest rank that matches goes first, also later", rules: [10],
      "p1: resolution 240", "p2 *: resolution 120", events: "mo 9:00 opened;mo 9:30 tag vip",
      now: "mo 10:00", ["resolution 1 pending running due=mo 11:00 end=- used=60"]),
    DeadlineScenario(
      "A version that comes into force later leaves old tickets alone", rules: [10, 12],
      "p1: resolution 240", "p1 v2 from mo 10:00: resolution 30", events: "mo 9:00 opened",
      now: "mo 11:00", ["resolution 1 pending running due=mo 13:00 end=- used=120"]),
    DeadlineScenario(
      "Unless it says that it takes them over", rules: [10, 12], "p1: resolution 240",
      "p1 v2 from mo 10:00 retargetKeepElapsed: resolution 90", events: "mo 9:00 opened",
      now: "mo 10:10", ["resolution 1 pending running due=mo 10:30 end=- used=70"]),
    DeadlineScenario(
      "New tickets are under the new version", rules: [10, 12], "p1: resolution 240",
      "p1 v2 from mo 10:00: resolution 30", events: "mo 10:00 opened", now: "mo 10:10",
      ["resolution 1 pending running due=mo 10:30 end=- used=10"]),
    DeadlineScenario(
      "A second start of one instant changes nothing: events of one time keep their order",
      rules: [11], "p1: resolution 120", events: "mo 9:00 opened;mo 9:00 opened;mo 10:00 proposed",
      now: "mo 10:30", ["resolution 1 met stopped due=mo 11:00 end=mo 10:00 used=60"]),
  ]
}
