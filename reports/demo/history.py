"""Creates the demo history, a few conversations at a time, and takes every trace of it away again."""

import time
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from random import Random

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from conversations.demo import DEMO_CHANNEL_KEY, DEMO_USERS
from conversations.models import Customer, CustomerIdentity, Order
from cs_platform.models import User
from cs_platform.roles import AGENT
from kb.models import Entry, Product
from marketing.models import Lead
from reports.building import build_episodes, recount_all
from reports.demo import gaps, scenes
from reports.demo.course import DAYS, SEED, Known, Story, tell
from reports.demo.rows import MARK, Rows, identity_of
from reports.models import Watermark, WeeklyReport
from reports.topics import category_names
from routing.models import Channel

NAME = "demo history"
CHUNK = 25
BREATH_SECONDS = 0.05
OTHER_CHANNELS = {"demo-wechat": "微信公众号（演示）", "demo-douyin": "抖音（演示）", "demo-xhs": "小红书（演示）"}


def create_once() -> int:
    """For the first start: nothing when it was ever created, also if it has been removed since."""
    return 0 if Watermark.objects.filter(name=NAME).exists() else create_demo()


def create_demo(now: datetime | None = None, *, days: int = DAYS) -> int:
    """Create what is missing of the month that ends now; returns how many conversations were made."""
    now = now or timezone.now()
    known = _known()
    if not known or not Channel.objects.filter(key=DEMO_CHANNEL_KEY).exists():
        return 0
    mark, _ = Watermark.objects.update_or_create(name=NAME, defaults={"at": now})
    channels, agents, fixed = _channels(), _agents(), gaps.write_answers()
    stories, made = tell(known, fixed, len(agents), now, days=days), 0
    while (chunk := list(islice(stories, CHUNK))) and not _was_removed_since(mark):
        ids = _write(_missing(chunk), channels, agents, now)
        build_episodes(ids)
        made += len(ids)
        time.sleep(BREATH_SECONDS)  # who writes messages meanwhile does not wait for this
    gaps.record_gaps(now)
    return made


def remove_demo() -> int:
    """Delete all of it; returns how many customers that were. It is not created again by itself."""
    mark, _ = Watermark.objects.get_or_create(name=NAME)
    Watermark.objects.filter(name=NAME).update(changes=F("changes") + 1)  # whoever still creates it stops
    removed = 0
    while ids := list(_customers().values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            Order.objects.filter(source=MARK, customer_id__in=ids).delete()
            Lead.objects.filter(captures__key__startswith=f"{MARK}:", customer_id__in=ids).delete()
            Customer.objects.filter(pk__in=ids).delete()
        removed += len(ids)
        time.sleep(BREATH_SECONDS)
    Order.objects.filter(source=MARK).delete()
    Lead.objects.filter(captures__key__startswith=f"{MARK}:").delete()
    gaps.remove_gaps()
    for channel in Channel.objects.filter(key__in=OTHER_CHANNELS):
        if not CustomerIdentity.objects.filter(channel=channel).exists():
            channel.delete()
    if mark.at is not None:  # reports that were written meanwhile speak of invented customers
        WeeklyReport.objects.filter(created_at__gte=mark.at).delete()
    recount_all()
    return removed


def has_demo() -> bool:
    return _customers().exists()


def _was_removed_since(mark: Watermark) -> bool:
    return not Watermark.objects.filter(pk=mark.pk, changes=mark.changes).exists()


def _customers() -> "QuerySet[Customer]":
    return Customer.objects.filter(identities__external_id__startswith=f"{MARK}-").order_by("pk")


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


def _missing(stories: Sequence[Story]) -> list[Story]:
    """Those that an earlier run, broken off, has not written yet."""
    wanted = [identity_of(story.number) for story in stories]
    there = set(CustomerIdentity.objects.filter(external_id__in=wanted).values_list("external_id", flat=True))
    return [story for story in stories if identity_of(story.number) not in there]


@transaction.atomic
def _write(stories: Sequence[Story], channels: dict[str, Channel], agents: list[User], now: datetime) -> list[int]:
    rows = Rows(channels, agents, list(Product.objects.order_by("pk")[:8]), now, Random(SEED + len(stories)))
    for story in stories:
        rows.add(story)
    return rows.write()
