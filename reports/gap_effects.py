"""How conversations about a gap ended, before its entry was published and since."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from conversations.models import Message
from kb.gap_effects import DAYS_MAX, Effect
from kb.models import Gap, GapQuestion
from kb.significance import Share
from reports import metrics
from reports.hours import hour_of
from reports.models import Episode

_ROWS_MAX = 5_000  # the newest; a share needs no more
_LONGEST = timedelta(days=1)  # from the beginning of an episode to the question that counts

Asked = dict[int, set[tuple[int, datetime]]]  # by gap: conversations and when


def count_effects(gaps: Sequence[Gap], now: datetime) -> dict[int, Effect]:
    """Before: conversations that asked it in vain. Since: those that the entry answered, and those that asked in vain.

    A conversation is solved when its episode of that time counts as solved by the AI on the board. Episodes that
    are still open, and conversations without an episode, are left out.
    """
    days = {gap.pk: _days(gap, now) for gap in gaps}
    before, since = _asked_in_vain(gaps, days)
    _add_answered(gaps, days, since)
    outcomes = _outcomes({number for asked in (before, since) for pairs in asked.values() for number, _ in pairs}, now)
    return {
        gap.pk: Effect(days[gap.pk], _solved(before[gap.pk], outcomes), _solved(since[gap.pk], outcomes))
        for gap in gaps
    }


def _days(gap: Gap, now: datetime) -> int:
    return max(1, min(DAYS_MAX, (now - _resolved(gap)).days + 1))


def _resolved(gap: Gap) -> datetime:
    assert gap.resolved_at is not None  # only such groups are asked about
    return gap.resolved_at


def _asked_in_vain(gaps: Sequence[Gap], days: dict[int, int]) -> tuple[Asked, Asked]:
    before: Asked = defaultdict(set)
    since: Asked = defaultdict(set)
    by_id = {gap.pk: gap for gap in gaps}
    first = min(_resolved(gap) for gap in gaps) - timedelta(days=DAYS_MAX)
    rows = GapQuestion.objects.filter(gap__in=by_id, asked_at__gte=first, conversation_number__isnull=False)
    for gap_id, number, at in rows.order_by("-pk").values_list("gap", "conversation_number", "asked_at")[:_ROWS_MAX]:
        assert number is not None  # as the query says
        at_publishing, span = _resolved(by_id[gap_id]), timedelta(days=days[gap_id])
        if at_publishing - span <= at < at_publishing:
            before[gap_id].add((number, at))
        elif at_publishing <= at < at_publishing + span:
            since[gap_id].add((number, at))
    return before, since


def _add_answered(gaps: Sequence[Gap], days: dict[int, int], since: Asked) -> None:
    by_entry: dict[int, list[Gap]] = defaultdict(list)
    for gap in gaps:
        if gap.entry_id is not None:
            by_entry[gap.entry_id].append(gap)
    sent = Message.objects.filter(entry__in=by_entry, created_at__gte=min(map(_resolved, gaps)))
    rows = sent.filter(sender=Message.Sender.AI).order_by("-pk").values_list("entry", "conversation", "created_at")
    for entry_id, number, at in rows[:_ROWS_MAX]:
        for gap in by_entry[entry_id]:
            if _resolved(gap) <= at < _resolved(gap) + timedelta(days=days[gap.pk]):
                since[gap.pk].add((number, at))


def _outcomes(numbers: Iterable[int], now: datetime) -> dict[int, list[tuple[int, bool]]]:
    """By conversation, its ended episodes: the hour in which they count and whether the AI solved them."""
    found: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    episodes = Episode.objects.filter(conversation__in=list(numbers)).annotate(outcome=metrics.outcome(now))
    for number, hour, outcome in episodes.order_by("hour").values_list("conversation", "hour", "outcome"):
        if outcome and outcome != metrics.still_open.key:
            found[number].append((hour, outcome == metrics.resolved.key))
    return found


def _solved(asked: set[tuple[int, datetime]], outcomes: dict[int, list[tuple[int, bool]]]) -> Share:
    """Each episode once, however often it was asked in it."""
    ended: dict[tuple[int, int], bool] = {}
    for number, at in asked:
        near = [(hour, done) for hour, done in outcomes.get(number, ()) if hour <= hour_of(at)]
        if near and near[-1][0] >= hour_of(at - _LONGEST):
            ended[number, near[-1][0]] = near[-1][1]
    return Share(sum(ended.values()), len(ended))
