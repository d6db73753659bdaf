"""One conversation under race: what its actors were told, and what the judge makes of the database."""

import threading
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from conversations.services.visits import open_visit
from reports.benchmarks.race_judge import Act, Judge, Row, Said
from routing.models import Channel

CLAIMED_BY_NOBODY = "claimed_by_nobody"
ENDS = frozenset({"close", "idle", "ticket"})


@dataclass(slots=True)
class Stage:
    """Actors of any thread note here what they were told they did."""

    pk: int
    judge: Judge = field(default_factory=Judge)
    acts: dict[int, Act] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    told: list[tuple[str, int]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    _moves: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, seq: int, act: Act) -> None:
        """Somebody was told that the message `seq` is theirs."""
        with self._lock:
            if act.epoch is None:
                self.acts[seq] = act
            elif self._is_first(seq, act):
                self.acts.pop(self._moves.get(act.epoch, 0), None)
                self._moves[act.epoch] = seq
                self.acts[seq] = act

    def _is_first(self, seq: int, act: Act) -> bool:
        """Claiming one's own chat again names the epoch of the real move, at a number that is never lower."""
        assert act.epoch is not None
        known = self._moves.get(act.epoch)
        return known is None or seq < known or (seq == known and act.kind != "claim")

    def check(self) -> None:
        """Read what is new in the database and judge it."""
        with self._lock:
            acts, told = dict(self.acts), list(self.told)
        self.judge.read(_messages(self.pk, self.judge.seq), acts)
        self.judge.compare(_row(self.pk))
        self.judge.confirm(told)

    def conclude(self) -> Counter[str]:
        """The judge's findings once everybody is done."""
        self.check()
        if not self.judge.is_settled():
            self.judge.found["forgotten"] += 1
        was_closed = any(act.kind in ENDS for act in self.acts.values())
        if self.refused[CLAIMED_BY_NOBODY] and not was_closed:
            self.judge.found["refused_in_vain"] += 1
        return self.judge.found


def open_stage(channel: Channel) -> Stage:
    """A new visitor's conversation, with its greeting."""
    stage = Stage(open_visit(channel, token=None).conversation.pk)
    stage.note(1, Act("greeting"))
    return stage


def new_id() -> str:
    return str(uuid.uuid4())


# Plain SQL: the judge looks after every step, and building these two queries would take half of the whole run.
_MESSAGES = (
    "SELECT seq, sender, client_id, answers_seq FROM conversations_message"
    " WHERE conversation_id = %s AND seq > %s AND NOT is_private ORDER BY seq"
)
_ROW = (
    "SELECT status, owner, agent_id, epoch, last_seq, customer_seq, answered_seq FROM conversations_conversation"
    " WHERE id = %s"
)


def _messages(pk: int, after: int) -> Sequence[Said]:
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [pk, after])
        return [Said(*row) for row in cursor.fetchall()]


def _row(pk: int) -> Row:
    with connection.cursor() as cursor:
        cursor.execute(_ROW, [pk])
        return Row(*cursor.fetchone())
