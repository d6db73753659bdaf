"""How a month in the demo shop goes: who writes when, and what comes of it. The same seed tells the same month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from reports.demo import scenes

DAYS = 30
SEED = 20261123
A_DAY = 25  # conversations on an ordinary day
FIXED_DAYS_AGO = 15  # then the shop answered what it had been asked in vain
WEEKEND_FACTOR = 1.35
HOURS = (1, 1, 0, 0, 0, 0, 1, 2, 4, 8, 11, 10, 7, 7, 9, 10, 9, 8, 7, 9, 12, 12, 8, 4)  # how busy each hour is
STAFFED = range(9, 22)
CHANNELS = (("demo", 50), ("demo-wechat", 25), ("demo-douyin", 15), ("demo-xhs", 10))


@dataclass(frozen=True, slots=True)
class Known:
    """A question that the shop's knowledge answers."""

    entry_id: int
    phrasings: tuple[str, ...]
    answer: str
    intent: str = ""


@dataclass(slots=True)
class Line:
    """One message."""

    at: datetime
    sender: str
    text: str
    decision: dict[str, object] | None = None
    agent: int | None = None  # the place of the person in the list of agents
    entry_id: int | None = None
    is_answer: bool = False


@dataclass(slots=True)
class Visit:
    """One service episode of one customer."""

    lines: list[Line] = field(default_factory=list)
    score: int | None = None
    comment: str = ""
    is_lead: bool = False
    order_after: timedelta | None = None


@dataclass(slots=True)
class Story:
    """A customer with all visits, on one channel."""

    number: int
    channel: str
    name: str
    region: str
    phone: str
    is_vip: bool
    bought_before: timedelta | None = None
    visits: list[Visit] = field(default_factory=list)


def tell(
    known: Sequence[Known], fixed: Sequence[Known], agents: int, now: datetime, *, days: int = DAYS
) -> Iterator[Story]:
    """The stories of the month that ends now, in the order in which they begin."""
    rng, number, today = Random(SEED), 0, timezone.localtime(now).date()
    for ago in range(days - 1, -1, -1):
        day = today - timedelta(days=ago)
        busy = WEEKEND_FACTOR if day.weekday() >= 5 else 1.0
        for _ in range(round(A_DAY * busy * rng.uniform(0.85, 1.15))):
            number += 1
            story = _meet(rng, number)
            teller = Teller(rng, known, fixed if ago <= FIXED_DAYS_AGO else (), agents, now)
            _visit(story, teller, _some_time(rng, day))
            if story.visits:
                yield story


def _meet(rng: Random, number: int) -> Story:
    (channel,) = rng.choices([key for key, _ in CHANNELS], [weight for _, weight in CHANNELS])
    name = rng.choice(scenes.SURNAMES) + rng.choice(scenes.TITLES)
    phone = f"13800{number:06d}"
    bought = timedelta(days=rng.uniform(1, 20)) if rng.random() < 0.4 else None
    return Story(number, channel, name, rng.choice(scenes.REGIONS), phone, rng.random() < 0.06, bought)


def _visit(story: Story, teller: "Teller", at: datetime) -> None:
    while at < teller.now - timedelta(minutes=40):
        visit = teller.visit(at, story.phone, is_first=not story.visits)
        if visit.lines[-1].at >= teller.now:
            return
        story.visits.append(visit)
        if len(visit.lines) == 1 or teller.rng.random() > 0.12:
            return
        at = visit.lines[-1].at + timedelta(hours=teller.rng.uniform(5, 200))


def _some_time(rng: Random, day: date) -> datetime:
    (hour,) = rng.choices(range(24), HOURS)
    return timezone.make_aware(datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60))))


@dataclass(slots=True)
class Teller:
    """Tells one visit after the other."""

    rng: Random
    known: Sequence[Known]
    fixed: Sequence[Known]
    agents: int
    now: datetime
    at: datetime = field(default_factory=timezone.now)
    visit_: Visit = field(default_factory=Visit)

    def visit(self, at: datetime, phone: str, *, is_first: bool) -> Visit:
        self.at, self.visit_ = at, Visit()
        if is_first:
            self._ai("你好，我是青禾的 AI 客服小禾。", {"decision": "greeting"}, wait=0)
        if is_first and self.rng.random() < 0.22:
            return self.visit_  # looked, and said nothing
        is_staffed = bool(self.agents) and timezone.localtime(at).hour in STAFFED
        self._course(is_staffed)
        if self.visit_.lines[-1].sender == "ai" and self.rng.random() < 0.22:
            self._customer(self.rng.choice(scenes.LEAD_LINES).format(phone=phone))
            self._reply("收到，已经记下您的联系方式。", "answer", reason="small talk")
            self.visit_.is_lead = True
        self._end()
        if self.rng.random() < 0.17:
            self.visit_.order_after = timedelta(hours=self.rng.uniform(0.3, 90))
        return self.visit_

    def _course(self, is_staffed: bool) -> None:
        dice = self.rng.random()
        misses = 0.09 if self.fixed else 0.17
        if dice < misses:
            self._missed()
        elif dice < misses + 0.2 and is_staffed:
            self._with_person(self.rng.choice(scenes.MATTERS))
        elif dice < misses + 0.24:
            self._in_vain(self.rng.choice(scenes.MATTERS))
        elif dice < misses + 0.27 and is_staffed:
            self._taken_over()
        else:
            self._answered()

    def _answered(self) -> None:
        for _ in range(self.rng.choices((1, 2, 3), (60, 30, 10))[0]):
            self._ask_and_answer()
        if self.rng.random() < 0.45:
            self._customer(self.rng.choice(scenes.THANKS))
            self._reply("不客气，有事随时找我。", "answer", reason="small talk")
        self._rate((1, 3, 8, 30, 58), 0.22)

    def _missed(self) -> None:
        pool = scenes.MISSED_STILL if self.fixed else (*scenes.MISSED_ONCE * 3, *scenes.MISSED_STILL)
        question = self.rng.choice(pool)
        self._customer(question)
        if self.rng.random() < 0.25:
            self._reply("您是不是想问下面这些？", "clarify", confidence=0.44)
        else:
            self._reply("这个问题我没有可靠的答案，不想乱说。您可以换个说法，或者转人工。", "unknown", confidence=0.21)
        if self.rng.random() < 0.4:
            self._customer(self.rng.choice(scenes.DISMISSED))
        self._rate((40, 30, 20, 8, 2), 0.25)

    def _with_person(self, matter: scenes.Matter) -> None:
        self._ask_and_answer()
        self._customer(matter.opening)
        self._hand_over(matter.reason)
        agent = self._pick()
        self._system("已有客服为您服务。", {"decision": "takeover", "from": "queue"}, self._patience(), agent)
        self._talk(matter, agent)
        self._rate((3, 4, 10, 30, 53), 0.4)

    def _in_vain(self, matter: scenes.Matter) -> None:
        self._customer(matter.opening)
        self._hand_over(matter.reason)
        if self.rng.random() < 0.5:
            self._customer("有人吗", wait=240)
        self._rate((50, 30, 15, 5, 0), 0.2)

    def _taken_over(self) -> None:
        self._ask_and_answer()
        agent = self._pick()
        self._system("已有客服为您服务。", {"decision": "takeover", "from": "ai"}, self.rng.uniform(5, 60), agent)
        self._talk(self.rng.choice(scenes.MATTERS), agent)
        self._rate((1, 3, 10, 30, 56), 0.3)

    def _talk(self, matter: scenes.Matter, agent: int) -> None:
        for number, reply in enumerate(matter.replies):
            if number:
                self._customer(self.rng.choice(matter.answers), wait=self.rng.uniform(10, 90))
            self._say("agent", reply, self.rng.lognormvariate(3.2, 0.7), agent=agent)

    def _ask_and_answer(self) -> None:
        # Some matters come up far more often than others.
        one = self.known[min(int(self.rng.expovariate(3.2 / len(self.known))), len(self.known) - 1)]
        if self.fixed and self.rng.random() < 0.09:
            one = self.rng.choice(self.fixed)
        self._customer(self.rng.choice(one.phrasings))
        self._reply(
            one.answer,
            "answer",
            entry_id=one.entry_id,
            confidence=round(self.rng.uniform(0.62, 0.98), 3),
            intent=one.intent,
        )

    def _hand_over(self, reason: str) -> None:
        self._system("正在为您转接人工客服。", {"decision": "handoff", "reason": reason}, 1.2)

    def _end(self) -> None:
        reason = "" if any(line.sender == "agent" for line in self.visit_.lines) else "idle"
        last = self.visit_.lines[-1]
        agent = next((line.agent for line in reversed(self.visit_.lines) if line.agent is not None), None)
        wait = 90.0 if agent is not None else 1800.0
        if last.sender == "customer":
            wait += 300
        self._system("本次会话已结束，有问题随时再来。", {"decision": "close", "reason": reason}, wait, agent)

    def _rate(self, weights: tuple[int, ...], chance: float) -> None:
        if self.rng.random() < chance:
            (score,) = self.rng.choices((1, 2, 3, 4, 5), weights)
            self.visit_.score = score
            self.visit_.comment = self.rng.choice(scenes.BLAME if score < 3 else scenes.PRAISE)

    def _patience(self) -> float:
        return min(self.rng.lognormvariate(3.4, 0.8), 900)

    def _pick(self) -> int:
        return self.rng.choices(range(self.agents), range(self.agents + 1, 1, -1))[0]

    def _customer(self, text: str, wait: float | None = None) -> None:
        self._say("customer", text, self.rng.uniform(6, 45) if wait is None else wait)

    def _reply(
        self,
        text: str,
        decision: str,
        *,
        entry_id: int | None = None,
        confidence: float = 0.0,
        reason: str = "",
        intent: str = "",
    ) -> None:
        why: dict[str, object] = {"decision": decision, "confidence": confidence, "reason": reason, "intent": intent}
        self._say("ai", text, self.rng.uniform(0.7, 2.4), decision=why, entry_id=entry_id, is_answer=True)

    def _ai(self, text: str, decision: dict[str, object], wait: float) -> None:
        self._say("ai", text, wait, decision=decision)

    def _system(self, text: str, decision: dict[str, object], wait: float, agent: int | None = None) -> None:
        self._say("system", text, wait, decision=decision, agent=agent)

    def _say(
        self,
        sender: str,
        text: str,
        wait: float,
        *,
        decision: dict[str, object] | None = None,
        agent: int | None = None,
        entry_id: int | None = None,
        is_answer: bool = False,
    ) -> None:
        self.at += timedelta(seconds=wait)
        self.visit_.lines.append(Line(self.at, sender, text, decision, agent, entry_id, is_answer))
