"""What golden questions make of a change, found out before its transaction: on SQLite the only writer would be held for
seconds, and everybody who chats would wait for it."""

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from kb.golden_answers import ask_all, store_vectors
from kb.golden_memory import recall_round, remember_round
from kb.lexicon import yardsticks
from kb.models import GoldenQuestion
from kb.prepared import IndexedEntry, texts_to_encode
from kb.published import Published
from kb.rehearsal import Case, Rehearsal, rehearse

P = ParamSpec("P")
R = TypeVar("R")

# New texts that are read by meaning while somebody waits; what a file brings beyond that is read before (`read_ahead`).
_TEXTS_AT_ONCE = 60


@dataclass
class _Step:
    """One change on its way through the gate."""

    cases: Sequence[Case]
    before: Published
    after: Published
    rehearsal: Rehearsal | None = None


@dataclass
class Foresight:
    """What is known of a change before it is made for real; without foresight, nothing."""

    known: Published | None = None
    is_trial: bool = False
    steps: list[_Step] = field(default_factory=list)

    def read(self) -> Published:
        """What customers are told now, reading only what is not known from before."""
        self.known = Published.read(self.known)
        return self.known

    def note(self, cases: Sequence[Case], before: Published, after: Published) -> None:
        """The change was tried and led from here to there."""
        self.steps.append(_Step(cases, before, after))

    def find(self, cases: Sequence[Case], before: Published, after: Published) -> Rehearsal | None:
        """What was found out about just this change; None when it has become another one meanwhile."""
        for step in self.steps:
            if (step.cases, step.before.facts, step.after.facts) == (cases, before.facts, after.facts):
                return step.rehearsal
        return None


_foresight: ContextVar[Foresight | None] = ContextVar("foresight", default=None)


def current_foresight() -> Foresight | None:
    """That of the change being made, if there is one."""
    return _foresight.get()


@contextmanager
def foreseen(change: Callable[[], object]) -> Iterator[None]:
    """Inside, the gate knows what `change` does. It is done and undone for that, so it must bear being done twice.

    The questions are asked between the two, while nobody waits for the database. What was published meanwhile makes it
    another change, and then they are asked again, inside its transaction. Only where one writer shuts everybody out.
    """
    is_wanted = connection.vendor == "sqlite" and not connection.in_atomic_block
    if not is_wanted or not GoldenQuestion.objects.active().exists():
        yield
        return
    known = Published.read()
    trial = Foresight(known, is_trial=True)
    with _using(trial), suppress(Exception):  # whatever it fails with, it fails with again for real
        _do_and_undo(change)
    for step in trial.steps:
        step.rehearsal = try_change(step.cases, step.before, step.after)
    with _using(Foresight(known, steps=trial.steps)):
        yield


def tried_ahead(service: Callable[P, R]) -> Callable[P, R]:
    """A service that goes through the gate is `foreseen`, with copies of what it is given."""

    @wraps(service)
    def foreseen_service(*args: P.args, **kwargs: P.kwargs) -> R:
        def on_copies() -> R:
            own_args, own_kwargs = copy.deepcopy((args, kwargs))
            return service(*own_args, **own_kwargs)

        with foreseen(on_copies):
            return service(*args, **kwargs)

    return foreseen_service


def try_change(cases: Sequence[Case], before: Published, after: Published) -> Rehearsal:
    """Every case asked of what is published and of what would be. Seconds of work with hundreds of cases."""
    index = before.index()
    new = set(after.entries).difference(before.entries)
    left = store_vectors(new_texts(list(new)), _TEXTS_AT_ONCE)
    candidate = after.index(index.table)
    was = recall_round(index, cases, before.handoffs) or ask_all(index, cases, before.handoffs)
    now = ask_all(candidate, cases, after.handoffs)
    remember_round(index, cases, before.handoffs, was)
    remember_round(candidate, cases, after.handoffs, now)
    return rehearse(cases, was, now, is_partial=left > 0)


def new_texts(entries: Sequence[IndexedEntry]) -> list[str]:
    """What is read by meaning, without the shipped lines that every index has."""
    shipped = set(yardsticks())
    return [text for text in texts_to_encode(entries) if text not in shipped]


@contextmanager
def _using(foresight: Foresight) -> Iterator[None]:
    token = _foresight.set(foresight)
    try:
        yield
    finally:
        _foresight.reset(token)


def _do_and_undo(change: Callable[[], object]) -> None:
    with transaction.atomic():
        change()
        transaction.set_rollback(True)
