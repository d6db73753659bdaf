"""Keeps the facts in step with what was said: reads touched conversations, writes their episodes and sums.

Reading and thinking happen before the transaction, so nobody who writes messages waits for them.
"""

import gc
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from conversations.models import Conversation, Message
from reports.history import Said, read_history, said
from reports.hours import day_of, hours_of_day
from reports.metrics import DURABLE, SILENCE
from reports.models import Episode, HourTally, Watermark
from reports.storing import EPISODES, Histories, recount, store_histories

CHUNK = 60
SWEEP_LIMIT = 1000
OVERLAP = timedelta(seconds=15)  # a transaction may commit later than the time that stands in its rows
REST = timedelta(seconds=60)  # a sweep that finds nothing writes nothing, but not for longer
BREATH_SECONDS = 0.02  # between the chunks of a rebuild others get to write
COLUMNS = ("seq", "sender", "created_at", "text", "author_id", "entry_id", "answers_seq", "decision")


def sweep_episodes() -> int:
    """Bring up to date what changed since the last look; returns how many conversations that were."""
    now = timezone.now()
    mark = Watermark.objects.filter(name=EPISODES).first()
    if mark is None or mark.at is None:
        return rebuild()
    stale = list(_changed_since(mark.at - OVERLAP)[:SWEEP_LIMIT])
    for chunk in _chunks(stale, CHUNK):
        build_episodes(chunk)
    recounted = recount_overdue(mark.at, now)
    if len(stale) < SWEEP_LIMIT and (stale or recounted or now - mark.at > REST):
        Watermark.objects.filter(name=EPISODES, at__lt=now).update(at=now)
    return len(stale)


def build_episodes(conversation_ids: Sequence[int], *, counts_hours: bool = True) -> int:
    """Read these conversations on from their last known episode; returns how many episodes were written.

    Who reads many, and counts all hours afterwards, spares himself the sums of each.
    """
    newest = Episode.objects.filter(conversation_id__in=conversation_ids).values_list("conversation_id")
    starts = dict(newest.annotate(Max("start_seq")).order_by())
    histories = _read(conversation_ids, starts)
    store_histories(histories, conversation_ids, counts_hours=counts_hours)
    return sum(map(len, histories.values()))


def rebuild(*, chunk: int = CHUNK) -> int:
    """Build every episode anew, a few conversations at a time; returns how many there are."""
    # Searching all that a process has loaded for garbage takes 0.15 s, and would come while others wait to write.
    gc.freeze()
    try:
        return _rebuild(chunk)
    finally:
        gc.unfreeze()


def _rebuild(chunk: int) -> int:
    started, made, last = timezone.now(), 0, 0
    while ids := list(Conversation.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:chunk]):
        histories = _read(ids, {})
        store_histories(histories, ids, counts_hours=False, is_whole=True)
        made += sum(map(len, histories.values()))
        last = ids[-1]
        time.sleep(BREATH_SECONDS)
    recount_all()
    Watermark.objects.update_or_create(name=EPISODES, defaults={"at": started})
    return made


def recount_all(now: datetime | None = None) -> int:
    """Count every hour anew, a day at a time; returns how many hours."""
    now, hours = now or timezone.now(), set[int]()
    for model in (Episode, HourTally):
        hours.update(model._default_manager.order_by().values_list("hour", flat=True).distinct())
    for day in sorted({day_of(hour) for hour in hours}):
        recount(range(*hours_of_day(day)), now)
        time.sleep(BREATH_SECONDS)
    return len(hours)


def recount_overdue(since: datetime, now: datetime) -> int:
    """Time alone changes what is true: a day of silence makes a chat solved, a week makes it durable.

    Counts the hours of those episodes anew; returns how many hours.
    """
    passed = Q(ended_at__gt=since - SILENCE, ended_at__lte=now - SILENCE, closed_at__isnull=True)
    passed |= Q(ended_at__gt=since - DURABLE, ended_at__lte=now - DURABLE)
    hours = set(Episode.objects.filter(passed).order_by().values_list("hour", flat=True))
    for some in _chunks(sorted(hours), 24):
        recount(some, now)
    return len(hours)


def _changed_since(moment: datetime) -> "QuerySet[Conversation, int]":
    known = Episode.objects.filter(conversation=OuterRef("pk"), last_seq__gte=OuterRef("last_seq"))
    rows = Conversation.objects.filter(~Exists(known), last_message_at__gte=moment, last_seq__gt=0)
    return rows.order_by("last_message_at").values_list("pk", flat=True)


def _read(conversation_ids: Sequence[int], starts: Mapping[int, int]) -> Histories:
    fresh = [pk for pk in conversation_ids if not starts.get(pk)]
    wanted = Q(conversation_id__in=fresh)
    for pk, start in starts.items():
        if start:
            wanted |= Q(conversation_id=pk, seq__gt=start)
    messages: dict[int, list[Said]] = defaultdict(list)
    rows = Message.objects.public().filter(wanted).order_by("conversation_id", "seq")
    for conversation_id, *values in rows.values_list("conversation_id", *COLUMNS):
        messages[conversation_id].append(said(*values))
    return {pk: read_history(found, starts.get(pk, 0)) for pk, found in messages.items()}


def _chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
