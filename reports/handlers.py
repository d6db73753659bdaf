"""What other apps tell reports: something about an episode changed that no message says."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from conversations.events import CustomerMerged, DemoWanted, OrderSaved, RatingGiven
from conversations.models import Conversation, Customer
from cs_platform.jobs import enqueue
from marketing.events import BroadcastFinished, LeadCaptured
from marketing.models import BroadcastRecipient
from reports.building import CHUNK, build_episodes
from reports.demo.history import create_once
from reports.models import Episode, WeeklyReport
from reports.outside import apply_orders
from reports.storing import lock_facts, note_change
from reports.tallies import rebuild_tallies


def note_rating(event: RatingGiven) -> None:
    build_episodes([event.conversation_id])


def note_lead(event: LeadCaptured) -> None:
    if event.conversation_id is not None:
        build_episodes([event.conversation_id])


def note_broadcast(event: BroadcastFinished) -> None:
    """Words that nobody waits for bring a conversation to the top of no list, so the sweep does not see them."""
    enqueue(build_broadcast, event.broadcast_id)


def build_broadcast(broadcast_id: int) -> None:
    sent = BroadcastRecipient.objects.filter(broadcast_id=broadcast_id, message__isnull=False).order_by("pk")
    ids = list(sent.values_list("conversation_id", flat=True))
    for start in range(0, len(ids), CHUNK):
        build_episodes(ids[start : start + CHUNK])


def note_demo(event: DemoWanted) -> None:
    """A month of invented history takes seconds to write: a worker does it."""
    enqueue(create_once)


def note_order(event: OrderSaved) -> None:
    if event.customer_id is not None:
        _count_orders([event.customer_id])


def note_merger(event: CustomerMerged) -> None:
    """What the stranger said and bought is the customer's now."""
    Episode.objects.filter(customer_id=event.stranger_id).update(customer_id=event.customer_id)
    _count_orders([event.customer_id])


def erase_words(people: Collection[Customer]) -> None:
    """These customers are erased: the figures stay, the words of their first questions and of their ratings go."""
    Episode.objects.filter(customer__in=people).update(question="")
    chats = set(Conversation.objects.filter(customer__in=people).values_list("pk", flat=True))
    for report in WeeklyReport.objects.all():
        said = [one for one in report.content["ratings"] if one["conversation"] in chats and one["comment"]]
        for one in said:
            one["comment"] = ""
        if said:
            report.save(update_fields=["content"])


@transaction.atomic
def _count_orders(customer_ids: Sequence[int]) -> None:
    lock_facts()
    if hours := apply_orders(customer_ids):
        rebuild_tallies(hours, timezone.now())
        note_change()
