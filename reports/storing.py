"""Writes the facts of episodes. Whoever does holds the watermark's row: two workers take turns, and facts that were
overtaken by newer ones are dropped.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conversations.models import Conversation
from kb.models import Entry
from reports.history import Facts, Part
from reports.hours import hour_of
from reports.models import Episode, Participation, Watermark
from reports.outside import apply_outside
from reports.tallies import Count, plan_tallies, rebuild_tallies

EPISODES = "episodes"
RECOUNTS_MAX = 3
Histories = Mapping[int, Sequence[Facts]]

_COLUMNS = {field.attname for field in Episode._meta.concrete_fields}
_COPIED = tuple(sorted(({field.name for field in fields(Facts)} | {"handle_seconds", "back_after_seconds"}) & _COLUMNS))
_ADDED = ("customer_id", "channel_id", "level", "category_id", "hour")
_KEY = ("conversation_id", "start_seq")
_WRITTEN = [name for name in (*_COPIED, *_ADDED) if name not in _KEY]
_PART = tuple(field.name for field in fields(Part))


@dataclass(frozen=True, slots=True)
class Stored:
    """An episode as it stands in the database."""

    pk: int
    hour: int
    last_seq: int


def store_histories(
    histories: Histories, conversation_ids: Sequence[int], *, counts_hours: bool, is_whole: bool = False
) -> None:
    """Write these episodes and, with `counts_hours`, the sums of their hours. `is_whole`: each history is complete,
    so what else stands there for its conversation goes."""
    categories = _categories(facts.entry_id for episodes in histories.values() for facts in episodes)
    owners = {
        pk: (customer_id, channel_id, level)
        for pk, customer_id, channel_id, level in Conversation.objects.filter(pk__in=histories).values_list(
            "pk", "customer_id", "channel_id", "customer__level"
        )
    }
    with transaction.atomic():
        lock_facts()
        stored = _stored(conversation_ids)
        rows = {
            (pk, facts.start_seq): _row(pk, facts, owners[pk], categories)
            for pk, episodes in histories.items()
            if pk in owners
            for facts in episodes
            if (before := stored.get((pk, facts.start_seq))) is None or before.last_seq <= facts.last_seq
        }
        hours = {before.hour for key, before in stored.items() if key in rows} | {row.hour for row in rows.values()}
        if is_whole:
            hours |= _drop_others(stored, histories)
        _write(rows, histories)
        hours |= _tell_predecessors(histories) | apply_outside(conversation_ids)
        if counts_hours and hours:
            rebuild_tallies(hours, timezone.now())
        note_change()


def recount(hours: Sequence[int], now: datetime) -> int:
    """Count these hours anew, step by step; nobody who writes waits for the counting."""
    made = sum(_recount(count) for count in plan_tallies(hours, now))
    note_change()
    return made


def _recount(count: Callable[[], Count]) -> int:
    """One step. When facts changed while it counted, it counts again, at last while nobody can change them."""
    for _ in range(RECOUNTS_MAX):
        changes, counted = _changes(), count()
        with transaction.atomic():
            lock_facts()
            if _changes() == changes:
                return counted.write()
    with transaction.atomic():
        lock_facts()
        return count().write()


def lock_facts() -> None:
    """In a transaction: until its end nobody else writes facts."""
    Watermark.objects.select_for_update().get_or_create(name=EPISODES)


def note_change() -> None:
    """Figures have changed: open boards fetch them again."""
    Watermark.objects.filter(name=EPISODES).update(changes=F("changes") + 1)


def _changes() -> int | None:
    return Watermark.objects.filter(name=EPISODES).values_list("changes", flat=True).first()


def _stored(conversation_ids: Sequence[int]) -> dict[tuple[int, int], Stored]:
    rows = Episode.objects.filter(conversation_id__in=conversation_ids).order_by()
    return {
        (conversation_id, start_seq): Stored(pk, hour, last_seq)
        for conversation_id, start_seq, pk, hour, last_seq in rows.values_list(*_KEY, "pk", "hour", "last_seq")
    }


def _row(pk: int, facts: Facts, owner: tuple[int, int, str], categories: Mapping[int, int | None]) -> Episode:
    customer_id, channel_id, level = owner
    values = {name: getattr(facts, name) for name in _COPIED}
    values["question"] = facts.question or facts.first_text
    return Episode(
        conversation_id=pk,
        customer_id=customer_id,
        channel_id=channel_id,
        level=level,
        category_id=categories.get(facts.entry_id or 0),
        hour=hour_of(facts.began_at),
        **values,
    )


def _write(rows: Mapping[tuple[int, int], Episode], histories: Histories) -> None:
    made = Episode.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=_KEY, update_fields=_WRITTEN, batch_size=200
    )
    parts = {(pk, facts.start_seq): facts.parts for pk, episodes in histories.items() for facts in episodes}
    people = [
        Participation(episode=episode, hour=episode.hour, **{name: getattr(part, name) for name in _PART})
        for episode in made
        for part in parts[episode.conversation_id, episode.start_seq].values()
    ]
    Participation.objects.filter(episode__in=made).delete()
    Participation.objects.bulk_create(people, batch_size=200)


def _drop_others(stored: Mapping[tuple[int, int], Stored], histories: Histories) -> set[int]:
    """Remove episodes that the whole history does not know; returns their hours."""
    known = {(pk, facts.start_seq) for pk, episodes in histories.items() for facts in episodes}
    gone = [episode for key, episode in stored.items() if key not in known]
    Episode.objects.filter(pk__in=[episode.pk for episode in gone]).delete()
    return {episode.hour for episode in gone}


def _tell_predecessors(histories: Histories) -> set[int]:
    """The episode before the first one read learns when the customer came back; returns the hours of those."""
    first = {pk: episodes[0] for pk, episodes in histories.items() if episodes and episodes[0].start_seq > 0}
    if not first:
        return set()
    hours = set()
    # In order of their start: the last one that stays in the dictionary is the nearest.
    before = {
        episode.conversation_id: episode
        for episode in Episode.objects.filter(conversation_id__in=first).order_by("start_seq")
        if episode.start_seq < first[episode.conversation_id].start_seq
    }
    for pk, episode in before.items():
        back_at = first[pk].first_customer_at
        if episode.next_customer_at != back_at:
            episode.next_customer_at = back_at
            away = (back_at - episode.ended_at).total_seconds() if back_at else None
            episode.back_after_seconds = None if away is None else max(0, int(away))
            episode.save(update_fields=["next_customer_at", "back_after_seconds"])
            hours.add(episode.hour)
    return hours


def _categories(entry_ids: Iterable[int | None]) -> dict[int, int | None]:
    wanted = {entry_id for entry_id in entry_ids if entry_id}
    return dict(Entry.objects.filter(pk__in=wanted).order_by().values_list("pk", "category_id")) if wanted else {}
