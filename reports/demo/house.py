"""What an invented shop has set up: cards, triggers, segments, a broadcast, canned replies, who is called when.

Each is created once, carries the label, and is remembered to be removed. What the shop has of its own stays alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from conversations.demo import DEMO_CHANNEL_KEY
from conversations.models import CannedReply, EscalationStep, TicketTarget
from conversations.services.deadlines import DEFAULT_LIMITS
from conversations.services.escalation import DEFAULT_LADDER
from cs_platform.models import User
from cs_platform.roles import MANAGER
from kb.models import Product
from marketing.models import Broadcast, Card, Segment, Trigger
from reports.demo import scenes
from reports.demo.course import broadcast_at
from reports.demo.furniture import CANNED, CARDS, DRAFT, SEGMENTS, TRIGGERS
from reports.demo.marks import labelled, remember, remembered
from routing.models import Channel

PRODUCTS = 8
PRODUCTS_OF_CARD = 3


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
    makers: tuple[tuple[type[models.Model], Callable[[datetime], Iterable[models.Model]]], ...] = (
        (Card, _cards),
        (Trigger, _triggers),
        (Segment, _segments),
        (Broadcast, _broadcasts),
        (CannedReply, _canned_replies),
        (EscalationStep, _steps),
        (TicketTarget, _targets),
    )
    for kind, make in makers:
        with transaction.atomic():
            if not remembered(kind).exists():
                remember(*make(now))


def _cards(now: datetime) -> list[Card]:
    is_first = not Card.objects.filter(is_default=True).exists()
    cards = []
    for sort, fields in CARDS:
        is_default = is_first and sort == Card.Kind.LEAD
        cards.append(_own(Card, kind=sort, is_default=is_default, **fields))
        if sort == Card.Kind.PRODUCT:
            cards[-1].products.set(Product.objects.filter(is_active=True).order_by("pk")[:PRODUCTS_OF_CARD])
    return cards


def _triggers(now: datetime) -> list[Trigger]:
    lead = remembered(Card).filter(kind=Card.Kind.LEAD).first()
    made = []
    for kind, has_card, fields in TRIGGERS:
        made.append(_own(Trigger, kind=kind, card=lead if has_card else None, **fields))
        made[-1].channels.set(Channel.objects.filter(key=DEMO_CHANNEL_KEY))
    return made


def _segments(now: datetime) -> list[Segment]:
    made = [_own(Segment, **fields) for fields in SEGMENTS]
    made[0].channels.set(Channel.objects.filter(key=DEMO_CHANNEL_KEY))
    return made


def _broadcasts(now: datetime) -> list[Broadcast]:
    segments = list(remembered(Segment).order_by("pk"))
    if not segments:
        return []
    started, by = broadcast_at(now), User.objects.filter(groups__name=MANAGER).order_by("pk").first()
    sent = Broadcast.objects.create(
        name=labelled("秋冬新色上架"),
        segment=segments[0],
        text=scenes.NEWS.replace("{name}", "{name|您}"),
        status=Broadcast.Status.FINISHED,
        scheduled_at=started,
        started_at=started,
        finished_at=started + timedelta(minutes=1),
        created_by=by,
    )
    sent.channels.set(Channel.objects.filter(key=DEMO_CHANNEL_KEY))
    Broadcast.objects.filter(pk=sent.pk).update(created_at=started - timedelta(days=1))
    name, text = DRAFT
    return [sent, Broadcast.objects.create(name=labelled(name), segment=segments[-1], text=text, created_by=by)]


def _canned_replies(now: datetime) -> list[CannedReply]:
    return [CannedReply.objects.create(title=labelled(title), shortcut=key, text=text) for title, key, text in CANNED]


def _steps(now: datetime) -> list[EscalationStep]:
    """The ladder that holds in any case, as rows that can be changed."""
    if EscalationStep.objects.exists():
        return []
    return [EscalationStep.objects.create(after_seconds=int(one.after_seconds), audience=one.audience)
            for one in DEFAULT_LADDER]  # fmt: skip


def _targets(now: datetime) -> list[TicketTarget]:
    if TicketTarget.objects.exists():
        return []
    return [
        TicketTarget.objects.create(type=type_, priority=priority, hours=hours, in_service_hours=is_in_service)
        for (type_, priority), (hours, is_in_service) in DEFAULT_LIMITS.items()
    ]


def _own(model: Any, *, name: str, **fields: Any) -> Any:
    """A row of ours, also when the shop has one that is called the same."""
    title = labelled(name)
    taken = model.objects.filter(name=title).exists()
    return model.objects.create(name=labelled(f"{name} 2") if taken else title, **fields)
