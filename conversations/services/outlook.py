"""What a waiting customer can expect: the place, how long, or when somebody is back. Honest, or silent."""

import statistics
from datetime import datetime, timedelta

from django.utils import timezone

from conversations.models import Conversation
from conversations.outlook import Outlook
from routing.models import Agent, Channel
from routing.rulebook import current_rulebook

HISTORY = timedelta(hours=3)
SAMPLES_MIN, SAMPLES_MAX = 5, 200


def outlook_of(conversation: Conversation) -> Outlook | None:
    """For a conversation in the queue, with its `channel`; None for any other."""
    if conversation.owner != Conversation.Owner.QUEUE:
        return None
    if not Agent.objects.present().exists():
        return Outlook(back_at=back_at(conversation.channel))
    return staffed_outlook(Conversation.objects.ahead_in_queue(conversation).count() + 1, seconds_per_place())


def staffed_outlook(position: int, per_place: float | None) -> Outlook:
    """The outlook of a place in the queue while somebody is there."""
    return Outlook(True, position, round(per_place * position) if per_place is not None else None)


def seconds_per_place() -> float | None:
    """What a place in the queue took in the last hours (median); None when too few were served to say."""
    taken = Conversation.objects.filter(taken_at__gte=timezone.now() - HISTORY, place_seconds__isnull=False)
    recent = taken.order_by("-taken_at").values_list("place_seconds", flat=True)[:SAMPLES_MAX]
    samples = [seconds for seconds in recent if seconds is not None]
    return statistics.median(samples) if len(samples) >= SAMPLES_MIN else None


def back_at(channel: Channel) -> datetime | None:
    """When the shop opens again; None while it is open, or when it never does."""
    hours, now = current_rulebook().hours_of(channel), timezone.now()
    if hours is None or hours.is_open(now):
        return None
    return hours.opens_next(now)
