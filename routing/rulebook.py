"""What this process knows of rules and service hours, kept in step with the rows."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from routing.conditions import Check
from routing.facts import Action
from routing.hours import Hours, SpecialDay
from routing.models import Channel, Holiday, Interval, Rule, Schedule
from routing.rules import RuleSpec
from routing.version import RULES, current_versions

STRONG = 0.75  # the strength from which a negative feeling is a strong one


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All enabled rules from the top, and the hours by schedule."""

    rules: tuple[RuleSpec, ...]
    hours: Mapping[int, Hours]

    def hours_of(self, channel: Channel) -> Hours | None:
        return self.hours.get(channel.schedule_id) if channel.schedule_id else None

    def is_open(self, channel: Channel, at: datetime) -> bool:
        """Whether persons answer on this channel now; a channel without hours is open around the clock."""
        hours = self.hours_of(channel)
        return hours is None or hours.is_open(at)


def read_rulebook() -> Rulebook:
    """From the rows, a handful of queries."""
    rows = Rule.objects.filter(is_enabled=True).prefetch_related("channels", "intents").order_by("position", "pk")
    return Rulebook(tuple(spec_of(rule) for rule in rows), read_hours())


def read_hours() -> dict[int, Hours]:
    """The hours of every schedule."""
    spans: dict[int, list[list[Any]]] = defaultdict(lambda: [[] for _ in range(7)])
    for interval in Interval.objects.order_by("starts"):
        spans[interval.schedule_id][interval.weekday].append((interval.starts, interval.ends))
    holidays = list(Holiday.objects.all())
    return {
        schedule.pk: Hours(
            time_zone=schedule.time_zone,
            week=tuple(tuple(day) for day in spans[schedule.pk]),
            follows_public_holidays=schedule.follows_public_holidays,
            special=_special_days(holidays, schedule.pk),
        )
        for schedule in Schedule.objects.all()
    }


def spec_of(rule: Rule) -> RuleSpec:
    """A rule's row as the decision reads it."""
    return RuleSpec(
        name=rule.name,
        checks=tuple(_checks(rule)),
        answerer=rule.answerer,  # type: ignore[arg-type]  # choices of the field
        reason=rule.reason,
        actions=tuple(_actions(rule)),
        is_final=rule.is_final,
    )


def _special_days(holidays: list[Holiday], schedule_id: int) -> dict[Any, SpecialDay]:
    """Days for all schedules first, so that a schedule's own ones win."""
    mine = sorted(
        (holiday for holiday in holidays if holiday.schedule_id in (None, schedule_id)),
        key=lambda holiday: holiday.schedule_id is not None,
    )
    return {
        holiday.day: SpecialDay(
            holiday.is_open,
            holiday.name,
            ((holiday.starts, holiday.ends),) if holiday.starts and holiday.ends else (),
        )
        for holiday in mine
    }


def _checks(rule: Rule) -> list[Check]:
    checks: list[Check] = []
    if channels := tuple(channel.key for channel in rule.channels.all()):
        checks.append(Check("channel", "one_of", channels))
    if rule.hours:
        checks.append(Check("hours", "is", rule.hours))
    if rule.starts is not None and rule.ends is not None:
        checks.append(Check("clock", "between", (rule.starts, rule.ends)))
    if rule.customer_level:
        checks.append(Check("customer_level", "is_not" if rule.customer_level == "vip" else "is", "normal"))
    if regions := tuple(rule.region_names()):
        checks.append(Check("region", "contains_any", regions))
    if rule.page_contains:
        checks.append(Check("page_url", "contains", rule.page_contains.lower()))
    if intents := tuple(intent.key for intent in rule.intents.all()):
        checks.append(Check("intent", "one_of", intents))
    if rule.feeling:
        checks.append(_feeling_check(rule.feeling))
    if words := tuple(rule.words()):
        checks.append(Check("said", f"contains_{rule.keyword_match}", words))
    if rule.waiting_seconds is not None:
        checks.append(Check("waiting_seconds", "at_least", rule.waiting_seconds))
    if rule.misses is not None:
        checks.append(Check("misses", "at_least", rule.misses))
    if rule.entry_category:
        checks.append(Check("entry_category", "below", rule.entry_category.strip("/ ")))
    return checks


def _feeling_check(feeling: str) -> Check:
    if feeling == Rule.Feeling.STRONG:
        return Check("anger", "at_least", STRONG)
    return Check("feeling", "is", feeling)


def _actions(rule: Rule) -> list[Action]:
    actions: list[Action] = []
    if rule.group_id:
        actions.append(Action("group", rule.group_id))
    if rule.notify_group_id:
        actions.append(Action("notify_group", rule.notify_group_id))
    if rule.notify_duty:
        actions.append(Action("notify_duty"))
    if rule.priority:
        actions.append(Action("priority", rule.priority))
    if rule.tag:
        actions.append(Action("tag", rule.tag))
    return actions


class _Holder:
    """One rulebook per process, read anew when its version has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[int, Rulebook] | None = None

    def get(self, version: int) -> Rulebook:
        held = self._held
        if held is not None and held[0] == version:
            return held[1]
        with self._lock:
            if self._held is None or self._held[0] != version:
                self._held = (version, read_rulebook())
            return self._held[1]

    def forget(self) -> None:
        self._held = None


_holder = _Holder()


def current_rulebook(versions: Mapping[str, int] | None = None) -> Rulebook:
    """The rules and hours as they are now. Asks the database, so never call it on the event loop."""
    return _holder.get((current_versions() if versions is None else versions).get(RULES, 0))


def forget_rulebook() -> None:
    """Read anew at the next turn (tests, whose databases come and go)."""
    _holder.forget()
