"""What an invented shop has set up: cards, triggers, segments, a broadcast, canned replies, who is called when.

Each is created once, carries the label, and is remembered to be removed. What the shop has of its own stays alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, count

from django.db import models, transaction

from conversations.demo import DEMO_CHANNEL_KEY, create_demo_replies
from conversations.models import CannedReply, EscalationStep, TicketTarget
from conversations.services.deadlines import DEFAULT_LIMITS
from conversations.services.escalation import DEFAULT_LADDER
from cs_platform.models import User
from cs_platform.roles import MANAGER
from kb.models import Product
from marketing.demo import create_demo_marketing
from marketing.models import Broadcast, Segment, Trigger
from reports.demo import scenes
from reports.demo.course import broadcast_at
from reports.demo.marks import labelled, remember, remembered
from routing.models import Channel

PRODUCTS = 8


@dataclass(slots=True)
class House:
    """Who and what the stories are about. Somebody may have thrown away a trigger or card: then it says nothing."""

    channels: dict[str, Channel]
    agents: list[User]
    products: list[Product]
    triggers: dict[str, Trigger] = field(default_factory=dict)  # by kind
    broadcast: Broadcast | None = None

    @classmethod
    def of(cls, channels: dict[str, Channel], agents: list[User]) -> "House":
        triggers = {trigger.kind: trigger for trigger in remembered(Trigger).select_related("card")}
        broadcast = remembered(Broadcast).filter(status=Broadcast.Status.FINISHED).first()
        return cls(channels, agents, list(Product.objects.order_by("pk")[:PRODUCTS]), triggers, broadcast)


def furnish(now: datetime) -> None:
    """Create what is missing, kind by kind: a run that was broken off goes on here."""
    makers: tuple[tuple[type[models.Model], Callable[[], Iterable[models.Model]]], ...] = (
        (Trigger, create_demo_marketing),
        (CannedReply, create_demo_replies),
        (EscalationStep, _steps),
        (TicketTarget, _targets),
    )
    for kind, make in makers:
        with transaction.atomic():
            if not remembered(kind).exists():
                remember(*make())
    with transaction.atomic():
        if not remembered(Broadcast).filter(status=Broadcast.Status.FINISHED).exists():
            remember(*_sent_broadcast(now))


def _sent_broadcast(now: datetime) -> list[models.Model]:
    segment = Segment.objects.create(name=_free_name("30 天内来过的网站客户"), seen_within_days=30)
    channels = Channel.objects.filter(key=DEMO_CHANNEL_KEY)
    segment.channels.set(channels)
    started, by = broadcast_at(now), User.objects.filter(groups__name=MANAGER).order_by("pk").first()
    sent = Broadcast.objects.create(
        name=labelled("秋冬新色上架"),
        segment=segment,
        text=scenes.NEWS.replace("{name}", "{name|您}"),
        status=Broadcast.Status.FINISHED,
        scheduled_at=started,
        started_at=started,
        finished_at=started + timedelta(minutes=1),
        created_by=by,
    )
    sent.channels.set(channels)
    Broadcast.objects.filter(pk=sent.pk).update(created_at=started - timedelta(days=1))
    return [segment, sent]


def _free_name(name: str) -> str:
    """Names of segments are unique, also beside those that the shop keeps from an earlier demonstration."""
    title = labelled(name)
    taken = set(Segment.objects.filter(name__startswith=title).values_list("name", flat=True))
    names = chain([title], (f"{title} {number}" for number in count(2)))
    return next(one for one in names if one not in taken)


def _steps() -> list[EscalationStep]:
    """The ladder that holds in any case, as rows that can be changed."""
    if EscalationStep.objects.exists():
        return []
    return [EscalationStep.objects.create(after_seconds=int(one.after_seconds), audience=one.audience)
            for one in DEFAULT_LADDER]  # fmt: skip


def _targets() -> list[TicketTarget]:
    if TicketTarget.objects.exists():
        return []
    return [
        TicketTarget.objects.create(type=type_, priority=priority, hours=hours, in_service_hours=is_in_service)
        for (type_, priority), (hours, is_in_service) in DEFAULT_LIMITS.items()
    ]
