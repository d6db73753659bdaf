"""Facts that are not said in messages: ratings, contact details, orders. Each comes to the episode it belongs to,
whenever it happens. All return the hours in which something changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Min

from conversations.models import Conversation, Order, Rating
from marketing.models import LeadCapture
from reports.models import Episode

ORDER_WINDOW = timedelta(days=7)
NO_SALE = (Order.Status.UNPAID, Order.Status.CLOSED, Order.Status.REFUNDED)


def apply_outside(conversation_ids: Sequence[int]) -> set[int]:
    """All of them, for these conversations and their customers."""
    customers = Conversation.objects.filter(pk__in=conversation_ids).order_by().values_list("customer_id", flat=True)
    return apply_ratings(conversation_ids) | apply_leads(conversation_ids) | apply_orders(list(customers))


def apply_ratings(conversation_ids: Sequence[int]) -> set[int]:
    """A rating names its episode by the number of the message before it."""
    given = Rating.objects.filter(conversation_id__in=conversation_ids).order_by("pk")
    scores = list(given.values_list("conversation_id", "episode_seq", "score"))
    found = _episodes(conversation_id__in={one[0] for one in scores})
    changes = [
        (episode, {"rating": score})
        for conversation_id, episode_seq, score in scores
        for episode in found[conversation_id]
        if episode.start_seq <= episode_seq < episode.last_seq
    ]
    return _change(changes)


def apply_leads(conversation_ids: Sequence[int]) -> set[int]:
    """Who left contact for the first time counts; who leaves the same again is no new lead."""
    captures = LeadCapture.objects.annotate(first=Min("lead__captures__pk")).filter(pk=F("first"))
    captured = captures.filter(conversation_id__in=conversation_ids).order_by()
    wanted = list(captured.values_list("conversation_id", "created_at"))
    found = _episodes(conversation_id__in={conversation_id for conversation_id, _ in wanted})
    return _change(
        (episode, {"lead_at": at})
        for conversation_id, at in wanted
        if (episode := _last_before(found[conversation_id], at, "opened_at"))
    )


def apply_orders(customer_ids: Iterable[int]) -> set[int]:
    """A paid order counts for the customer's last episode before the payment, if that was within the window."""
    wanted = set(customer_ids)
    paid = Order.objects.filter(customer_id__in=wanted, paid_at__isnull=False).exclude(status__in=NO_SALE)
    orders = list(paid.order_by().values_list("customer_id", "paid_at", "total"))
    counted = Episode.objects.filter(customer_id__in=wanted, order_count__gt=0).values_list("customer_id", flat=True)
    found = _episodes(
        by="customer_id", customer_id__in={one[0] for one in orders} | set(counted), customer_messages__gt=0
    )
    sums: dict[int, list[Decimal]] = defaultdict(list)
    for customer_id, paid_at, total in orders:
        episode = _last_before(found[customer_id], paid_at, "first_customer_at")
        if episode and paid_at - episode.first_customer_at <= ORDER_WINDOW:
            sums[episode.pk].append(total)
    return _change(
        (
            episode,
            {"order_count": len(sums[episode.pk]), "order_amount": round(sum(sums[episode.pk], Decimal(0)) * 100)},
        )
        for many in found.values()
        for episode in many
    )


def _episodes(by: str = "conversation_id", **wanted: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    if any(wanted.values()):
        for episode in Episode.objects.filter(**wanted).order_by("opened_at", "pk"):
            found[getattr(episode, by)].append(episode)
    return found


def _last_before(episodes: Sequence[Any], at: Any, name: str) -> Any:
    return next((episode for episode in reversed(episodes) if getattr(episode, name) <= at), None)


def _change(changes: Iterable[tuple[Any, dict[str, Any]]]) -> set[int]:
    """Write what differs; returns the hours of those episodes."""
    changed, names = dict[int, Any](), set[str]()
    for episode, values in changes:
        fresh = {name: value for name, value in values.items() if getattr(episode, name) != value}
        for name, value in fresh.items():
            setattr(episode, name, value)
        if fresh:
            changed[episode.pk] = episode
            names |= set(fresh)
    if changed:
        Episode.objects.bulk_update(changed.values(), sorted(names), batch_size=100)
    return {episode.hour for episode in changed.values()}
