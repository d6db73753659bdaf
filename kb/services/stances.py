"""Golden questions and how much the AI dares: what another stance makes of them, and whether that stops it."""

from collections.abc import Collection, Sequence

from django.utils import timezone

from cs_platform.models import User
from kb.confidence import Stance
from kb.golden_answers import ask_all, golden_cases
from kb.models import Entry
from kb.rehearsal import Case, Rehearsal, rehearse
from kb.run_titles import RunTitle
from kb.search import current_index
from kb.services.gate import pass_rehearsal


def rehearse_stance(was: Stance, now: Stance, *, channels: Collection[str]) -> Rehearsal:
    """What the golden questions that these channels' customers may ask would get: before and after. Stores nothing."""
    index, at = current_index(), timezone.now()
    cases = cases_for(channels)
    handoffs = dict(Entry.objects.published().exclude(handoff="").values_list("pk", "handoff"))
    before, after = (ask_all(index, cases, handoffs, at, stance=stance) for stance in (was, now))
    return rehearse(cases, before, after)


def pass_stance(rehearsal: Rehearsal, *, by: User | None, what: RunTitle) -> None:
    """Let the change through, or not, as for knowledge. Raises `PublishBlocked`; keeps the run."""
    if rehearsal.lines:
        pass_rehearsal(rehearsal, by=by, what=what)


def cases_for(channels: Collection[str]) -> Sequence[Case]:
    """Golden questions of no particular channel, and those of these channels."""
    return [case for case in golden_cases() if not case.scope.channel or case.scope.channel in channels]
