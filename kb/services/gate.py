"""The publish gate: whatever changes what customers are told is tried on the golden questions before it is stored."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cs_platform.ai.encoder import get_encoder
from cs_platform.audit import record
from cs_platform.models import User
from kb.golden_answers import Asking, ask_all, golden_cases, store_vectors, told_of
from kb.golden_memory import recall_round, remember_round
from kb.index import KnowledgeIndex
from kb.lexicon import yardsticks
from kb.models import Entry, GoldenRun, PublishLock
from kb.prepared import IndexedEntry, texts_to_encode
from kb.rehearsal import Case, Rehearsal, rehearse
from kb.search import index_in_memory, index_over, published_entries
from kb.services.golden_runs import keep_run
from kb.vectors import VectorTable
from kb.version import current_version

# Read by meaning while the database waits; what a file brings beyond that is read before (`read_ahead`).
_TEXTS_AT_ONCE = 60
_TEXTS_AHEAD = 600
_NAMED = 3  # of the questions that stop a change
OVERRIDE_PERMISSION = "kb.override_gate"


class PublishBlocked(ValidationError):
    """A change makes golden questions worse, so nothing of it was stored. `keep` remembers that it was tried."""

    def __init__(self, rehearsal: Rehearsal, *, what: str, by: User | None, version: int) -> None:
        self.rehearsal, self.what, self.by, self.version = rehearsal, what, by, version
        questions = [f"“{line.case.question}”" for line in rehearsal.blocking]
        text = ngettext(
            "Not published: %(count)s golden question would become worse (%(questions)s).",
            "Not published: %(count)s golden questions would become worse (%(questions)s).",
            len(questions),
        )
        named = ", ".join(questions[:_NAMED]) + (" …" if len(questions) > _NAMED else "")
        super().__init__(text % {"count": len(questions), "questions": named}, code="publish_blocked")

    def keep(self) -> GoldenRun:
        """Store the run. Call it once the transaction of the change is rolled back."""
        state = GoldenRun.State.BLOCKED
        return keep_run(self.rehearsal, what=self.what, by=self.by, state=state, version=self.version)


@dataclass(slots=True)
class Passage:
    """One request on its way through the gate: why it may pass all the same, and what was found."""

    reason: str = ""
    may_override: bool | None = None  # None: the person's own permission decides
    run: GoldenRun | None = None
    was_unguarded: bool = False  # something was published, and no golden question looked at it


_passage: ContextVar[Passage | None] = ContextVar("passage", default=None)


@contextmanager
def passing(*, reason: str = "", may_override: bool | None = None) -> Iterator[Passage]:
    """What is published inside passes in spite of golden questions that become worse, if there is a reason.

    A door wraps the call of its service in this. Services in between need not know of the gate.
    """
    passage = Passage(reason.strip(), may_override)
    token = _passage.set(passage)
    try:
        yield passage
    finally:
        _passage.reset(token)


@contextmanager
def guarded(
    *, by: User | None, what: str, is_idle: bool = False, is_forced: bool = False, is_file: bool = False
) -> Iterator[None]:
    """A transaction around a change of what customers are told: tried before it is committed, undone when it harms.

    `what` names the change for people. `is_idle`: nothing published is touched. `is_forced`: try it although the
    entries stay as they are, because words or limits change. `is_file`: a shop brings its knowledge, which may take
    the place of the samples. Raises `PublishBlocked`.
    """
    with transaction.atomic():
        cases = [] if is_idle else golden_cases()
        if not cases:
            yield
            _note_unguarded(is_idle)
            return
        PublishLock.objects.select_for_update().get_or_create(pk=1)
        before = _Published.read()
        index = before.index() if is_forced else None
        yield
        after = _Published.read()
        if is_forced or after.facts != before.facts:
            # A shop's first own entry makes the samples step aside: that is meant.
            tried = _excuse(cases, after.idle - before.idle, is_file=is_file)
            rehearsal = _try_change(tried, before, after, index)
            _decide(rehearsal, what=what, by=by, version=before.version)


def rehearse_change(before: Asking, after: Asking, *, by: User | None, what: str) -> Rehearsal:
    """For a change that is no row of knowledge, such as a limit: how each side answers is given by a function.

    Call it inside the transaction of the change. Raises `PublishBlocked` as `guarded` does.
    """
    cases, published = golden_cases(), _Published.read()
    index = published.index()
    was, now = (
        [told_of(asking(case.question), index, case, published.handoffs) for case in cases]
        for asking in (before, after)
    )
    rehearsal = rehearse(cases, was, now)
    if cases:
        _decide(rehearsal, what=what, by=by, version=published.version)
    return rehearsal


def pass_rehearsal(rehearsal: Rehearsal, *, by: User | None, what: str) -> None:
    """For a change that was tried elsewhere, such as how much the AI dares. Call it inside the change's transaction.

    Keeps the run; raises `PublishBlocked` as `guarded` does.
    """
    _decide(rehearsal, what=what, by=by, version=current_version())


def read_ahead(entries: Sequence[IndexedEntry]) -> None:
    """Read many new texts by meaning before the database waits for it. Call it outside any transaction."""
    if golden_cases():
        store_vectors(_texts(entries), _TEXTS_AHEAD)


@dataclass(frozen=True, slots=True)
class _Published:
    """What customers are told at this point of the transaction."""

    version: int
    entries: tuple[IndexedEntry, ...]
    handoffs: Mapping[int, str]
    idle: frozenset[int]  # samples that stepped aside

    @classmethod
    def read(cls) -> "_Published":
        version = current_version()
        known = index_in_memory(version)
        entries = known.entries if known else tuple(published_entries())
        rows = dict(Entry.objects.published().values_list("pk", "handoff"))
        handoffs = {pk: condition for pk, condition in rows.items() if condition}
        return cls(version, entries, handoffs, frozenset(rows).difference(entry.id for entry in entries))

    @property
    def facts(self) -> tuple[object, ...]:
        return self.entries, self.handoffs

    def index(self) -> KnowledgeIndex:
        encoder = get_encoder()
        known = index_in_memory(self.version)
        return known or index_over(self.entries, encoder.model_id if encoder else "", VectorTable.empty())


def _try_change(
    cases: Sequence[Case], before: _Published, after: _Published, index: KnowledgeIndex | None
) -> Rehearsal:
    index = index or before.index()
    new = set(after.entries).difference(before.entries)
    left = store_vectors(_texts(list(new)), _TEXTS_AT_ONCE)
    encoder = get_encoder()
    candidate = index_over(after.entries, encoder.model_id if encoder else "", index.table)
    was = recall_round(index, cases, before.handoffs) or ask_all(index, cases, before.handoffs)
    now = ask_all(candidate, cases, after.handoffs)
    remember_round(index, cases, before.handoffs, was)
    remember_round(candidate, cases, after.handoffs, now)
    return rehearse(cases, was, now, is_partial=left > 0)


def _excuse(cases: Sequence[Case], gone: frozenset[int], *, is_file: bool) -> list[Case]:
    """Samples that step aside stop nothing by being silent; for a whole file of own knowledge, by nothing."""
    return [
        replace(case, is_excused=True, is_blocking=case.is_blocking and not is_file)
        if case.expected.entry_id in gone
        else case
        for case in cases
    ]


def _decide(rehearsal: Rehearsal, *, what: str, by: User | None, version: int) -> None:
    passage = _passage.get() or Passage()
    state = GoldenRun.State.PASSED
    if rehearsal.blocking:
        if not passage.reason:
            raise PublishBlocked(rehearsal, what=what, by=by, version=version)
        _require_override(passage, by)
        state = GoldenRun.State.OVERRIDDEN
    run = keep_run(rehearsal, what=what, by=by, state=state, version=version, reason=passage.reason)
    passage.run = run
    if state == GoldenRun.State.OVERRIDDEN:
        questions = [line.case.question for line in rehearsal.blocking]
        record("gate.overridden", run, by=by, reason=passage.reason, questions=questions[:20])


def _require_override(passage: Passage, by: User | None) -> None:
    is_allowed = passage.may_override
    if is_allowed is None:
        is_allowed = by is None or by.has_perm(OVERRIDE_PERMISSION)
    if not is_allowed:
        raise PermissionDenied(_("You may not publish what makes golden questions worse."))


def _note_unguarded(is_idle: bool) -> None:
    if not is_idle and (passage := _passage.get()):
        passage.was_unguarded = True


def _texts(entries: Sequence[IndexedEntry]) -> list[str]:
    """What is read by meaning, without the shipped lines that every index has."""
    shipped = set(yardsticks())
    return [text for text in texts_to_encode(entries) if text not in shipped]
