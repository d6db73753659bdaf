"""Tells one visit after the other: what is asked, who answers, and how it ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from conversations.response import SMALL_TALK
from reports.demo import scenes
from reports.demo.story import Act, Advice, Known, Line, Request, Visit

STAFFED = range(9, 22)


@dataclass(slots=True)
class Teller:
    """Of one customer. `fixed` is knowledge that the shop has written since; `unfinished` are what becomes a ticket."""

    rng: Random
    known: Sequence[Known]
    fixed: Sequence[Known]
    agents: int
    now: datetime
    unfinished: Iterator[scenes.Matter]
    at: datetime = field(default_factory=timezone.now)
    visit_: Visit = field(default_factory=Visit)

    def visit(self, at: datetime, phone: str, *, is_first: bool) -> Visit:
        self.at, self.visit_ = at, Visit()
        if is_first:
            self._ai("你好，我是青禾的 AI 客服小禾。", {"decision": "greeting"}, wait=0)
        if is_first and self.rng.random() < 0.26 and not self._is_woken():
            return self.visit_  # looked, and said nothing
        is_staffed = bool(self.agents) and timezone.localtime(at).hour in STAFFED
        self._course(is_staffed)
        if self.visit_.lines[-1].sender == "ai" and self.rng.random() < 0.24:
            self._leave_contact(phone)
        self._end()
        if self.rng.random() < 0.17:
            self.visit_.order_after = timedelta(hours=self.rng.uniform(0.3, 90))
        return self.visit_

    def _is_woken(self) -> bool:
        """Half a minute of silence: the shop speaks first, and some answer."""
        self._ai(scenes.WAKE_UP, {"decision": "wake_up"}, wait=30, act=Act.OPENED_SILENT)
        return self.rng.random() < 0.16

    def _course(self, is_staffed: bool) -> None:
        dice = self.rng.random()
        misses = 0.09 if self.fixed else 0.17
        if dice < misses:
            self._missed()
        elif dice < misses + 0.2 and is_staffed:
            self._with_person()
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
            self._reply("不客气，有事随时找我。", "answer", reason=SMALL_TALK)
        self._rate((1, 3, 8, 30, 58), 0.22)

    def _missed(self) -> None:
        pool = scenes.MISSED_STILL if self.fixed else (*scenes.MISSED_ONCE * 3, *scenes.MISSED_STILL)
        question = self.rng.choice(pool)
        self._customer(question)
        if self.rng.random() < 0.25:
            self._reply("您是不是想问下面这些？", "clarify", confidence=0.44, reason="not sure enough")
        else:
            text = "这个问题我没有可靠的答案，不想乱说。您可以换个说法，或者转人工。"
            self._reply(text, "unknown", confidence=0.21, reason="nothing close enough")
        if self.rng.random() < 0.4:
            self._customer(self.rng.choice(scenes.DISMISSED))
        self._rate((40, 30, 20, 8, 2), 0.25)

    def _with_person(self) -> None:
        is_unfinished = self.rng.random() < 0.15
        matter = next(self.unfinished) if is_unfinished else self.rng.choice(scenes.MATTERS)
        self._ask_and_answer()
        self._customer(matter.opening)
        self._hand_over(matter.reason)
        agent = self._pick()
        self._system("已有客服为您服务。", {"decision": "takeover", "from": "queue"}, self._patience(), agent)
        self._talk(matter, agent)
        if is_unfinished:
            self._ticket(*matter.ticket, agent, is_urgent=matter.reason in scenes.URGENT)
        self._rate((3, 4, 10, 30, 53), 0.4)

    def _in_vain(self, matter: scenes.Matter) -> None:
        self._customer(matter.opening)
        self._hand_over(matter.reason)
        if self.rng.random() < 0.5:
            self._customer("有人吗", wait=240)
        if self.rng.random() < 0.15:
            words = self.rng.choice(scenes.MESSAGES_LEFT)
            self._customer(words)
            self._ticket("other", f"留言：{words}", None)
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
            advice = Advice(self._some_known(), is_used=False) if self.rng.random() < 0.4 else None
            self._say("agent", reply, self.rng.lognormvariate(3.2, 0.7), agent=agent, advice=advice)
        if self.rng.random() < 0.45:
            self._send_advice(agent)

    def _send_advice(self, agent: int) -> None:
        """The customer asks something else, and the agent sends what the console recommends."""
        one, is_edited = self._some_known(), self.rng.random() < 0.3
        self._customer(self.rng.choice(one.phrasings))
        text = scenes.EDITED.format(answer=one.answer) if is_edited else one.answer
        advice = Advice(one, is_used=True, is_edited=is_edited)
        self._say("agent", text, self.rng.uniform(4, 20), agent=agent, entry_id=one.entry_id, advice=advice)

    def _leave_contact(self, phone: str) -> None:
        """Asked for it by a card: for a word of the customer's, or because the talk ends without it."""
        if self.rng.random() < 0.6:
            self._customer(self.rng.choice(scenes.LEAD_LINES))
            self._reply("好的，我记下了。", "answer", reason=SMALL_TALK)
            self._ai(scenes.LEAD_CARD, {"decision": "wake_up"}, wait=1, act=Act.KEYWORD)
        else:
            self._ai(scenes.FOLLOW_UP, {"decision": "wake_up"}, wait=120, act=Act.TALKED_SILENT)
        if self.rng.random() < 0.7:
            self._say("system", scenes.CARD_THANKS, self.rng.uniform(8, 60), act=Act.RECEIPT)
            self.visit_.is_lead = True

    def _ticket(self, type_: str, subject: str, agent: int | None, *, is_urgent: bool = False) -> None:
        why: dict[str, object] = {"decision": "ticket", "reason": "created"}
        self._say("system", scenes.TICKET, self.rng.uniform(2, 20), why, agent=agent, act=Act.TICKET)
        self.visit_.request = Request(self.at, type_, subject, agent, is_urgent)

    def _ask_and_answer(self) -> None:
        one = self._some_known()
        asked, sure = self.rng.choice(one.phrasings), round(self.rng.uniform(0.62, 0.98), 3)
        is_standard = asked == one.phrasings[0]  # a question to the letter is never in doubt
        self._customer(asked)
        self._reply(
            one.answer,
            "answer",
            entry_id=one.entry_id,
            confidence=1.0 if is_standard else sure,
            reason="exact phrasing" if is_standard else "meaning",
            intent=one.intent,
        )

    def _some_known(self) -> Known:
        # Some matters come up far more often than others.
        one = self.known[min(int(self.rng.expovariate(3.2 / len(self.known))), len(self.known) - 1)]
        return self.rng.choice(self.fixed) if self.fixed and self.rng.random() < 0.09 else one

    def _hand_over(self, reason: str) -> None:
        self._system("正在为您转接人工客服。", {"decision": "handoff", "reason": reason}, 1.2)

    def _end(self) -> None:
        reason = "" if any(line.sender == "agent" for line in self.visit_.lines) else "idle"
        last = self.visit_.lines[-1]
        agent = next((line.agent for line in reversed(self.visit_.lines) if line.agent is not None), None)
        wait = 90.0 if agent is not None else 1800.0
        if last.sender == "customer":
            wait += 300
        if self.visit_.request is not None and agent is None:
            reason, wait = "left_message", 2.0
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
        self._say("ai", text, self.rng.uniform(0.7, 2.4), why, entry_id=entry_id, is_answer=True)

    def _ai(self, text: str, decision: dict[str, object], wait: float, act: Act = Act.NONE) -> None:
        self._say("ai", text, wait, decision, act=act)

    def _system(self, text: str, decision: dict[str, object], wait: float, agent: int | None = None) -> None:
        self._say("system", text, wait, decision, agent=agent)

    def _say(self, sender: str, text: str, wait: float, decision: dict[str, object] | None = None, **more: Any) -> None:
        self.at += timedelta(seconds=wait)
        self.visit_.lines.append(Line(self.at, sender, text, decision, **more))
