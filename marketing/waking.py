"""Whether a silent visitor is spoken to now, later or not at all. Pure: facts in, decision out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo

from marketing.quiet import is_within


@dataclass(frozen=True, slots=True)
class WakingRule:
    """A trigger that waits for silence."""

    id: int
    after_talking: bool
    seconds: int
    hours_from: time | None = None
    hours_until: time | None = None
    limit_count: int = 1


@dataclass(frozen=True, slots=True)
class Silence:
    """What is known about a conversation in which nobody has written since `since`.

    `fired` are the triggers that spoke in this episode already; `counts` how often each spoke to this customer
    within its own days.
    """

    since: datetime
    has_talked: bool
    is_with_ai: bool
    is_answered: bool
    is_present: bool
    has_contact: bool
    has_opted_out: bool = False
    fired: frozenset[int] = frozenset()
    counts: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wake:
    """Speak now, by this trigger."""

    trigger_id: int


@dataclass(frozen=True, slots=True)
class Later:
    """Look again then."""

    at: datetime


def choose_wake_up(silence: Silence, rules: Sequence[WakingRule], now: datetime, zone: tzinfo) -> Wake | Later | None:
    """The first rule whose silence has lasted long enough; else when the next one could; else nothing."""
    if not silence.is_with_ai or silence.has_opted_out or not silence.is_answered:
        return None
    open_rules = [rule for rule in rules if _is_open(rule, silence)]
    moments = {rule.id: silence.since + timedelta(seconds=rule.seconds) for rule in open_rules}
    for rule in open_rules:
        if moments[rule.id] <= now and _fits_hours(rule, now, zone):
            return Wake(rule.id) if silence.is_present else None
    coming = [moment for moment in moments.values() if moment > now]
    return Later(min(coming)) if coming else None


def _is_open(rule: WakingRule, silence: Silence) -> bool:
    if rule.after_talking != silence.has_talked or rule.id in silence.fired:
        return False
    if rule.after_talking and silence.has_contact:
        return False
    return silence.counts.get(rule.id, 0) < rule.limit_count


def _fits_hours(rule: WakingRule, now: datetime, zone: tzinfo) -> bool:
    if rule.hours_from is None or rule.hours_until is None:
        return True
    return is_within(now.astimezone(zone).time(), rule.hours_from, rule.hours_until)
