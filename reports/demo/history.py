"""Creates the demo history, a few conversations at a time, and takes every trace of it away again.

Whoever writes holds the row of the watermark locked, so two at work take turns, and one that was broken off goes on
where it stopped. `changes` of the watermark rises with each removal: what is at work meanwhile sees it, and stops.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from random import Random
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from conversations.demo import DEMO_CHANNEL_KEY, DEMO_USERS
from conversations.models import (
    CannedReply,
    Conversation,
    Customer,
    CustomerIdentity,
    EscalationStep,
    Order,
    TicketTarget,
)
from cs_platform.heartbeats import show_life
from cs_platform.jobs import enqueue
from cs_platform.models import User
from cs_platform.precedence import promptly
from cs_platform.roles import AGENT
from kb.models import Entry, Experiment, Proposal
from marketing.models import Broadcast, BroadcastRecipient, Card, Lead, Segment, Trigger
from reports.building import build_episodes, recount_all
from reports.demo import gaps, knowledge, scenes
from reports.demo.course import DAYS, SEED, broadcast_at, tell
from reports.demo.house import House, furnish
from reports.demo.marks import LABEL, MARK, customers, forget, identity_of
from reports.demo.rows import ORDER_PREFIX, Rows
from reports.demo.story import Known, Story
from reports.models import Episode, Watermark, WeeklyReport
from reports.topics import category_names
from routing.models import Channel

NAME = "demo history"
COMPLETE = "demo history complete"
CHUNK = 25
ORDER_SOURCES = (LABEL, MARK)  # the latter in shops that were furnished by an earlier version
BREATH_SECONDS = 0.05
TASK_SECONDS = 30.0  # far below the time after which a worker is killed; what is left goes on as a new task
OTHER_CHANNELS = {"demo-wechat": "微信公众号（演示）", "demo-douyin": "抖音（演示）", "demo-xhs": "小红书（演示）"}
# What hangs on others goes before them.
REMEMBERED = (Broadcast, Trigger, Segment, Card, Experiment, Proposal, CannedReply, EscalationStep, TicketTarget)

T = TypeVar("T")


class Removed(Exception):
    """Somebody has removed the history while it was being created."""


def create_once() -> int:
    """For each start: nothing once it is complete, also if it has been removed since. Returns how many were made."""
    if Watermark.objects.filter(name=COMPLETE).exists():
        return 0
    return _work(timezone.now(), DAYS, seconds=TASK_SECONDS)


def create_demo(now: datetime | None = None, *, days: int = DAYS) -> int:
    """Create what is missing of the month that ends now; returns how many conversations were made."""
    return _work(now or timezone.now(), days)


def remove_demo() -> int:
    """Delete all of it; returns how many customers that were. It is not created again by itself."""
    mark, _ = Watermark.objects.get_or_create(name=NAME)
    Watermark.objects.update_or_create(name=COMPLETE, defaults={"at": timezone.now()})
    Watermark.objects.filter(name=NAME).update(changes=F("changes") + 1)  # whoever still creates it stops
    removed = 0
    while ids := list(customers().values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            Order.objects.filter(source__in=ORDER_SOURCES, customer_id__in=ids).delete()
            Lead.objects.filter(captures__key__startswith=f"{MARK}:", customer_id__in=ids).delete()
            Customer.objects.filter(pk__in=ids).delete()
        removed += len(ids)
        show_life()
        time.sleep(BREATH_SECONDS)
    Order.objects.filter(source__in=ORDER_SOURCES, number__startswith=ORDER_PREFIX).delete()
    Lead.objects.filter(captures__key__startswith=f"{MARK}:").delete()
    for kind in REMEMBERED:
        forget(kind)
    knowledge.forget_ideas()
    gaps.remove_gaps()
    for channel in Channel.objects.filter(key__in=OTHER_CHANNELS):
        if not CustomerIdentity.objects.filter(channel=channel).exists():
            channel.delete()
    if mark.at is not None:  # reports that were written meanwhile speak of invented customers
        WeeklyReport.objects.filter(created_at__gte=mark.at).delete()
    recount_all()
    return removed


def has_demo() -> bool:
    return customers().exists()


def _work(now: datetime, days: int, *, seconds: float = float("inf")) -> int:
    """Go through the steps; after so many seconds the rest becomes another task."""
    started, made = time.monotonic(), 0
    if not (Channel.objects.filter(key=DEMO_CHANNEL_KEY).exists() and Entry.objects.published().exists()):
        return 0  # there is no demo shop
    try:
        for number in _steps(now, days):
            made += number
            show_life()
            if number and time.monotonic() - started > seconds:
                enqueue(create_once)
                return made
            time.sleep(BREATH_SECONDS)  # who writes messages meanwhile does not wait for this
    except Removed:
        return made
    Watermark.objects.update_or_create(name=COMPLETE, defaults={"at": timezone.now()})
    return made


def _steps(now: datetime, days: int) -> Iterator[int]:
    """Each yields how many conversations it has made."""
    known, mark = _known(), _begin(now)
    now = mark.at or now
    channels, agents, fixed = _channels(), _agents(), gaps.write_answers()
    _in_turn(mark, lambda: furnish(now))
    house = House.of(channels, agents)
    stories = tell(known, fixed, len(agents), now, days=days)
    while chunk := list(islice(stories, CHUNK)):
        yield _in_turn(mark, partial(_write, chunk, house, now))
        _build(chunk)
    recount_all()
    for later in (
        lambda: knowledge.mark_wrong_replies(agents),
        lambda: knowledge.try_answers(now),
        lambda: _leave_out(house, now),
    ):
        _in_turn(mark, later)
        yield 0
    for number in gaps.record_gaps(now):
        if number % CHUNK == 0:
            yield 0
    _in_turn(mark, lambda: knowledge.propose(now, agents))


def _begin(now: datetime) -> Watermark:
    """The month ends at the moment at which it was begun, however often it is gone on with."""
    if not has_demo():
        Watermark.objects.update_or_create(name=NAME, defaults={"at": now})
    return Watermark.objects.get_or_create(name=NAME, defaults={"at": now})[0]


def _in_turn(mark: Watermark, write: Callable[[], T]) -> T:
    with promptly(), transaction.atomic():
        if Watermark.objects.select_for_update().get(name=NAME).changes != mark.changes:
            raise Removed
        return write()


def _write(stories: Sequence[Story], house: House, now: datetime) -> int:
    missing = _missing(stories)
    rows = Rows(house, now, Random(SEED + (missing[0].number if missing else 0)))
    for story in missing:
        rows.add(story)
    rows.write()
    return len(missing)


def _missing(stories: Sequence[Story]) -> list[Story]:
    """Those that an earlier run, broken off, has not written yet."""
    wanted = [identity_of(story.number) for story in stories]
    there = set(CustomerIdentity.objects.filter(external_id__in=wanted).values_list("external_id", flat=True))
    return [story for story in stories if identity_of(story.number) not in there]


def _build(stories: Sequence[Story]) -> None:
    """The facts of these conversations, if they have none yet; the sums are counted once, at the end."""
    wanted = [identity_of(story.number) for story in stories]
    told = Conversation.objects.filter(customer__identities__external_id__in=wanted)
    ids = told.filter(~Exists(Episode.objects.filter(conversation=OuterRef("pk")))).values_list("pk", flat=True)
    if ids:
        build_episodes(list(ids), counts_hours=False)


def _leave_out(house: House, now: datetime) -> None:
    """Who had refused broadcasts before is a recipient who was left out."""
    if house.broadcast is None:
        return
    at, state = broadcast_at(now), BroadcastRecipient.State.SKIPPED
    refused = customers().filter(marketing_consent=Customer.Consent.REFUSED, marketing_consent_at__lt=at)
    conversations = Conversation.objects.filter(
        customer__in=refused, channel=house.channels[DEMO_CHANNEL_KEY], created_at__lt=at
    )
    BroadcastRecipient.objects.bulk_create(
        [
            BroadcastRecipient(
                broadcast=house.broadcast,
                customer_id=one.customer_id,
                conversation=one,
                state=state,
                reason=BroadcastRecipient.Reason.OPTED_OUT,
                due_at=at,
            )
            for one in conversations
        ],
        ignore_conflicts=True,
    )


def _known() -> list[Known]:
    """What the AI of the stories answers: the samples, else whatever is published."""
    rows = Entry.objects.published().exclude(external_id__startswith=f"{MARK}-").order_by("-is_sample", "pk")
    paths = category_names()
    return [
        Known(entry.pk, entry.phrasings, entry.answer, scenes.intent_of(paths.get(entry.category_id or 0, "")))
        for entry in rows[:60]
    ]


def _channels() -> dict[str, Channel]:
    """The demo shop's own channel, and some that no customer can open."""
    for key, name in OTHER_CHANNELS.items():
        Channel.objects.get_or_create(key=key, defaults={"name": name, "is_enabled": False})
    return {channel.key: channel for channel in Channel.objects.filter(key__in=(DEMO_CHANNEL_KEY, *OTHER_CHANNELS))}


def _agents() -> list[User]:
    names = [demo.username for demo in DEMO_USERS if demo.role == AGENT]
    return list(User.objects.filter(username__in=names).order_by("pk"))
