"""What other apps tell reports: something about an episode changed that no message says."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from conversations.events import CustomerMerged, DemoWanted, OrderSaved, RatingGiven
from cs_platform.jobs import enqueue
from marketing.events import LeadCaptured
from reports.building import build_episodes
from reports.demo.history import create_once
from reports.models import Episode
from reports.outside import apply_orders
from reports.storing import lock_facts, note_change
from reports.tallies import rebuild_tallies


def note_rating(event: RatingGiven) -> None:
    build_episodes([event.conversation_id])


def note_lead(event: LeadCaptured) -> None:
    if event.conversation_id is not None:
        build_episodes([event.conversation_id])


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


@transaction.atomic
def _count_orders(customer_ids: Sequence[int]) -> None:
    lock_facts()
    if hours := apply_orders(customer_ids):
        rebuild_tallies(hours, timezone.now())
        note_change()
