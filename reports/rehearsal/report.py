"""The end of the day: everything is read back through the doors, and the books are compared with what is shown."""

import time
from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from reports.rehearsal import shop
from reports.rehearsal.board import OF_WEEK, Board, Week, page_part
from reports.rehearsal.books import OUTCOMES, Books, broadcast_effect, unanswered_questions
from reports.rehearsal.day import Day
from reports.rehearsal.follower import LABEL, told
from reports.rehearsal.listener import Listener
from reports.rehearsal.monday import SUBSCRIBER, Mail
from reports.rehearsal.promises import happened, promised
from reports.rehearsal.reading import Heard, hear
from reports.rehearsal.unshown import Unshown, find_unshown, name_unshown
from reports.rehearsal.verdict import (
    Verdict,
    count_broken_broadcasts,
    count_broken_notices,
    count_unexcused,
    count_wrong_deliveries,
)
from reports.stand.ledger import MUST_BE_ZERO, Sent
from reports.stand.store import Store

CATCH_UP_SECONDS = 60.0
UNSENT = frozenset({"taken", "given_back"})  # not worth one of WeChat's five messages
HANDOVERS = frozenset({"queued", "taken", "given_back", "closed", "left"})
OWNERLESS = (
    "SELECT count(*) FROM conversations_conversation WHERE (status = 'open' AND owner = 'none')"
    " OR (status = 'closed' AND owner <> 'none') OR owner IN ('queue', 'agent')"
)
DELIVERIES = "SELECT message_id, state, reason FROM conversations_outbounddelivery"
ON_ITS_WAY = "SELECT count(*) FROM conversations_outbounddelivery WHERE state = 'waiting'"
Said = Mapping[int, Sequence[Heard]]


class Report:
    """What was found; `figures` are those of the ledger."""

    def __init__(self, day: Day, listener: Listener, store: Store, board: Board) -> None:
        self._day, self._ledger, self._listener, self._store, self._board = day, day.ledger, listener, store, board
        self._found = self._ledger.found
        self.figures: dict[str, dict[str, float]] = {}
        self.verdict = Verdict()
        self.catch_up_seconds = 0.0
        self._heard: Said = {}
        self._unshown: list[Unshown] = []
        self._books = Books([])

    def make(self, channels: Mapping[str, int]) -> None:
        """Read everything, judge, and wait for a board that is still reckoning."""
        self._await_deliveries()
        heard = self._heard = self._read_back()
        self._judge_messages()
        self._judge_chats(heard)
        self._judge_webhooks(heard)
        began = time.monotonic()
        books = self._books = Books.of(self._ledger, heard)
        while True:
            self.verdict = Verdict()
            self._compare(books, heard, channels)
            self.catch_up_seconds = time.monotonic() - began
            if not self.verdict.differences or self.catch_up_seconds > CATCH_UP_SECONDS:
                return
            time.sleep(2.0)

    def judge_monday(self, mails: Sequence[Mail]) -> None:
        """The report of the week was kept once and mailed once, and page and mail tell what the ledger tells."""
        [[kept]] = self._store.read("SELECT count(*) FROM reports_weeklyreport")
        self.verdict.compare("monday.reports", 1, kept)
        self.verdict.compare("monday.mails", [SUBSCRIBER], [mail.to for mail in mails])
        self._compare_week("monday.page", self._board.week())
        for mail in mails:
            self._compare_week("monday.mail", mail.week)

    # --- Reading

    def _read_back(self) -> dict[int, list[Heard]]:
        """What customers see on a new device; of those without a browser, what the API says."""
        rows: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in self._day.api.rows("/messages"):
            rows[row["conversation"]].append(row)
        heard = {chat: [hear(row) for row in mine] for chat, mine in rows.items()}
        for chat, frames in self._day.read_back.items():
            seen = [hear(frame) for frame in frames]
            self._found["api_differs"] += _words(seen) != _words(heard.get(chat, []))
            heard[chat] = seen
        self._own_followers(rows)
        return heard

    def _own_followers(self, rows: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
        """What each follower wrote stands in one chat, once; and WeChat showed what was said to the follower."""
        written = {row["client_id"]: row for mine in rows.values() for row in mine if row["sender"] == "customer"}
        for follower in self._day.followers:
            mine = {number: written[number] for number in follower.wrote if number in written}
            homes = {row["conversation"] for row in mine.values()}
            self._found["lost"] += len(follower.wrote) - len(mine)
            self._found["foreign"] += max(0, len(homes) - 1)
            for number, row in mine.items():
                self._ledger.send(Sent(number, follower.wrote[number], follower.openid, row["conversation"]))
                self._ledger.acknowledge(number, row["seq"], 0.0)
            said = [
                one
                for home in homes
                for one in map(hear, rows[home])
                if one.sender != "customer" and one.kind not in UNSENT
            ]
            shown = [told(message)[1].removeprefix(LABEL).strip() for message in follower.read()]
            lost, twice = count_wrong_deliveries(shown, [one.text.strip() for one in said])
            self._found["not_shown"] += lost
            self._found["shown_twice"] += twice
            self._unshown += find_unshown(follower.openid, shown, said)

    def _await_deliveries(self) -> None:
        """What was said last, at the closing of the chats, may still be on its way to WeChat."""
        until = time.monotonic() + CATCH_UP_SECONDS
        while self._store.read(ON_ITS_WAY)[0][0] and time.monotonic() < until:
            time.sleep(1.0)

    # --- Judging

    def _judge_messages(self) -> None:
        self._ledger.compare(self._store.messages(), self._store.endings())
        self._found["ownerless"] += int(self._store.read(OWNERLESS)[0][0])

    def _judge_chats(self, heard: Said) -> None:
        self._found["surprises"] += len(self._ledger.surprises)
        self._found["unknown_words"] += sum(one.kind == "?" for messages in heard.values() for one in messages)
        wakings = {chat: sum(one.kind == "wake_up" for one in messages) for chat, messages in heard.items()}
        self._found["woken_twice"] += sum(count > 1 for count in wakings.values())
        lost, doubled = count_broken_notices(self._ledger.notices, heard)
        self._found["notices_lost"], self._found["notices_doubled"] = lost, doubled
        reached = self._ledger.audience - self._ledger.unwilling
        lost, doubled = count_broken_broadcasts(reached, heard)
        self._found["broadcasts_lost"], self._found["broadcasts_doubled"] = lost, doubled
        self._note_leads(heard)

    def _note_leads(self, heard: Said) -> None:
        """A form that was thanked for is a contact left; each of them gave another phone."""
        for chat, messages in heard.items():
            for one in messages:
                if one.kind == "card_thanks":
                    self._ledger.leads.setdefault(chat, one.at)

    def _judge_webhooks(self, heard: Said) -> None:
        events, ledger = self._listener.events, self._ledger
        said = {one.number for messages in heard.values() for one in messages}
        told_of = Counter(event["message_id"] for event in events["message.created"])
        self._found["webhooks_lost"] = len(said - set(told_of))
        self._found["webhooks_doubled"] = told_of.total() - len(told_of)
        self._found["webhooks_foreign"] = len(set(told_of) - said)
        self._found["webhooks_forged"] = self._listener.forged
        changes = sum(one.kind in HANDOVERS for messages in heard.values() for one in messages)
        back = sum(
            before.kind in ("closed", "left") and after.sender == "customer"
            for messages in heard.values()
            for before, after in pairwise(messages)
        )
        self._expected_events = {
            "conversation.created": len(heard),
            "conversation.status_changed": changes + back,
            "message.created": len(said),
            "lead.captured": len(ledger.leads),
            "lead.updated": ledger.repeated_leads,
            "customer.updated": ledger.profiles + len(ledger.leads) + len(_refusing(heard)),
            "ticket.created": ledger.tickets.total(),
            "ticket.updated": 2 * ledger.solved.total(),
            "broadcast.finished": 1,
        }

    def _compare(self, books: Books, heard: Said, channels: Mapping[str, int]) -> None:
        verdict, board, api = self.verdict, self._board, self._day.api
        for key in shop.NAMES:
            mine = self.figures[key] = books.figures(key)
            verdict.compare_all(key, mine, board.figures(channels[key]))
            verdict.compare(f"{key}.whole", mine["ai_cohort"], sum(mine[outcome] for outcome in OUTCOMES))
            verdict.compare_all(f"{key}.page", page_part(mine), board.on_page(channels[key]))
        reasons = books.reasons()
        verdict.compare_all("reasons", reasons, board.reasons())
        verdict.compare("reasons.page", sorted(reasons.values()), board.reasons_on_page())
        names = {person.username: person.name for person in shop.AGENTS}
        verdict.compare_all("agents", books.agents(self._ledger, names), board.agents())
        self._compare_week("week", board.week())
        verdict.compare_promises(promised(self._day.plan), happened(self._ledger, heard))
        shown = {**api.get(f"/broadcasts/{self._ledger.broadcast}/result")}
        shown.pop("status")
        shown["revenue"] = float(shown["revenue"])
        verdict.compare_all("broadcast", broadcast_effect(self._ledger, heard), shown)
        tickets = Counter(row["source"] for row in api.rows("/tickets"))
        verdict.compare_all("tickets", self._ledger.tickets, tickets)
        found = {name: len(self._listener.events[name]) for name in self._expected_events}
        verdict.compare_all("webhooks", self._expected_events, found)

    def _compare_week(self, name: str, week: Week) -> None:
        self.verdict.compare_all(name, self._books.week(shop.NAMES, OF_WEEK), week.figures)
        self.verdict.compare_gaps(f"{name}.gaps", unanswered_questions(self._heard, shop.UNKNOWN), week.gaps)

    def _name_unshown(self) -> list[dict[str, str]]:
        rows = self._store.read(DELIVERIES) if self._unshown else []
        return name_unshown(self._unshown, {number: (state, reason) for number, state, reason in rows})

    def summary(self, options: Namespace, seed: int, seconds: float) -> dict[str, Any]:
        """The JSON: `ok` when nothing that must be 0 is not, and nothing differs."""
        day, ledger, found = self._day, self._ledger, self._found
        zero = {name: found[name] for name in (*MUST_BE_ZERO, *ZERO)}
        zero["shown_twice"] = count_unexcused(found["shown_twice"], day.kills["ticker"])
        return {
            "name": "rehearsal",
            "ok": not any(zero.values()) and not self.verdict.differences and bool(ledger.numbers),
            "share": options.share,
            "seed": seed,
            "database": self._store.vendor,
            "web_processes": options.web,
            "workers": options.workers,
            "kills": dict(day.kills),
            "sent_again_after_a_kill": found["shown_twice"] - zero["shown_twice"],
            "seconds": round(seconds, 1),
            "shoppers": len(day.shoppers),
            "followers": len(day.followers),
            "messages": self._expected_events["message.created"],
            "handoffs": sum(bool(one.errand.reason) for one in day.players),
            "wake_ups": sum(one.errand.name == "silent" for one in day.shoppers),
            "leads": len(ledger.leads),
            "tickets": dict(ledger.tickets),
            "broadcast_recipients": len(ledger.audience),
            "order_notices": len(ledger.notices),
            "webhooks": {name: len(events) for name, events in sorted(self._listener.events.items())},
            "webhooks_repeated": self._listener.repeats,
            "webhooks_refused_at_first": self._listener.stumbled,
            "reconnects": ledger.reconnects,
            **zero,
            "not_shown_were": self._name_unshown(),
            "figures_compared": self.verdict.compared,
            "board_caught_up_after": round(self.catch_up_seconds, 1),
            "differences": self.verdict.differences,
            "surprised": ledger.surprises[:20],
            "figures": self.figures,
        }


ZERO = (
    "ownerless",
    "surprises",
    "unknown_words",
    "api_differs",
    "not_shown",
    "shown_twice",
    "woken_twice",
    "notices_lost",
    "notices_doubled",
    "broadcasts_lost",
    "broadcasts_doubled",
    "webhooks_lost",
    "webhooks_doubled",
    "webhooks_foreign",
    "webhooks_forged",
)


def _refusing(heard: Said) -> set[int]:
    """The chats whose customers wanted no more promotions."""
    return {chat for chat, messages in heard.items() for one in messages if one.kind == "opted_out"}


def _words(messages: Sequence[Heard]) -> list[tuple[int, str, str]]:
    """What both doors must tell alike; they write times with different precision."""
    return [(one.seq, one.sender, one.text) for one in messages]
