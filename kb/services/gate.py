"""The publish gate: whatever changes what customers are told is tried on the golden questions before it is stored."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cs_platform.audit import record
from cs_platform.models import User
from kb.golden_answers import Asking, golden_cases, store_vectors, told_of
from kb.models import GoldenRun, PublishLock
from kb.prepared import IndexedEntry
from kb.published import Published
from kb.rehearsal import Case, Rehearsal, rehearse
from kb.run_titles import RunTitle
from kb.services.foresight import Foresight, current_foresight, new_texts, try_change
from kb.services.golden_runs import keep_run
from kb.version import current_version

_TEXTS_AHEAD = 600
_NAMED = 3  # of the questions that stop a change
OVERRIDE_PERMISSION = "kb.override_gate"


class PublishBlocked(ValidationError):
    """A change makes golden questions worse, so nothing of it was stored. `keep` remembers that it was tried."""

    def __init__(self, rehearsal: Rehearsal, *, what: RunTitle, by: User | None, version: int) -> None:
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
    *, by: User | None, what: RunTitle, is_idle: bool = False, is_forced: bool = False, is_file: bool = False
) -> Iterator[None]:
    """A transaction around a change of what customers are told: tried before it is committed, undone when it harms.

    `what` names the change for people. `is_idle`: nothing published is touched. `is_forced`: try it although the
    entries stay as they are, because words or limits change. `is_file`: a shop brings its knowledge, which may take
    the place of the samples. Raises `PublishBlocked`. What `foreseen` has found out before is not asked again.
    """
    with transaction.atomic():
        cases = [] if is_idle else golden_cases()
        if not cases:
            yield
            _note_unguarded(is_idle)
            return
        PublishLock.objects.select_for_update().get_or_create(pk=1)
        foresight = current_foresight() or Foresight()
        before = foresight.read()
        yield
        after = foresight.read()
        if not is_forced and after.facts == before.facts:
            return
        # A shop's first own entry makes the samples step aside: that is meant.
        tried = _excuse(cases, after.idle - before.idle, is_file=is_file)
        if foresight.is_trial:
            foresight.note(tried, before, after)
            return
        _decide(foresight.find(tried, before, after) or try_change(tried, before, after), what, by, before.version)


def rehearse_change(before: Asking, after: Asking, *, by: User | None, what: RunTitle) -> Rehearsal:
    """For a change that is no row of knowledge, such as a limit: how each side answers is given by a function.

    Call it inside the transaction of the change. Raises `PublishBlocked` as `guarded` does.
    """
    cases, published = golden_cases(), Published.read()
    index = published.index()
    was, now = (
        [told_of(asking(case.question), index, case, published.handoffs) for case in cases]
        for asking in (before, after)
    )
    rehearsal = rehearse(cases, was, now)
    if cases:
        _decide(rehearsal, what, by, published.version)
    return rehearsal


def pass_rehearsal(rehearsal: Rehearsal, *, by: User | None, what: RunTitle) -> None:
    """For a change that was tried elsewhere, such as how much the AI dares. Call it inside the change's transaction.

    Keeps the run; raises `PublishBlocked` as `guarded` does.
    """
    _decide(rehearsal, what, by, current_version())


def read_ahead(entries: Sequence[IndexedEntry]) -> None:
    """Read many new texts by meaning before the database waits for it. Call it outside any transaction."""
    if golden_cases():
        store_vectors(new_texts(entries), _TEXTS_AHEAD)


def _excuse(cases: Sequence[Case], gone: frozenset[int], *, is_file: bool) -> list[Case]:
    """Samples that step aside stop nothing by being silent; for a whole file of own knowledge, by nothing."""
    return [
        replace(case, is_excused=True, is_blocking=case.is_blocking and not is_file)
        if case.expected.entry_id in gone
        else case
        for case in cases
    ]


def _decide(rehearsal: Rehearsal, what: RunTitle, by: User | None, version: int) -> None:
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
