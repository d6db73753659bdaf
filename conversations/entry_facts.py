"""What the entry that answers asks of the situation: its hand-to-human condition, and the facts for that."""

from dataclasses import replace
from decimal import Decimal

from conversations.models import Conversation, Message, Order
from cs_platform.handoff import Condition, parse_handoff
from kb.models import Entry
from routing.facts import Facts


def with_entry(facts: Facts, entry_id: int | None, customer_id: int | None, conversation_id: int | None) -> Facts:
    """The facts with what is known of the entry; orders and earlier answers are read only where it asks for them."""
    entry = Entry.objects.filter(pk=entry_id or 0).select_related("category__parent__parent").first()
    if entry is None:
        return facts
    facts = replace(facts, entry_condition=entry.handoff, entry_category=_topics(entry))
    condition = parse_handoff(entry.handoff)
    if condition.asks("amount") and customer_id is not None:
        facts = replace(facts, order_amount=_latest_order_amount(customer_id))
    return _with_repeats(facts, condition, entry.pk, conversation_id)


def _topics(entry: Entry) -> str:
    """Its category with those above it, “/” between them."""
    names: list[str] = []
    node = entry.category
    while node is not None:
        names.insert(0, node.name)
        node = node.parent
    return "/".join(names)


def _latest_order_amount(customer_id: int) -> Decimal | None:
    orders = Order.objects.filter(customer=customer_id).exclude(status=Order.Status.CLOSED).newest_first()
    return orders.values_list("total", flat=True).first()


def _with_repeats(facts: Facts, condition: Condition, entry_id: int, conversation_id: int | None) -> Facts:
    """How often this entry has answered already since the matter began."""
    if not condition.asks("asked") or conversation_id is None:
        return facts
    began = Conversation.objects.filter(pk=conversation_id).values("episode_seq")
    said = Message.objects.filter(conversation=conversation_id, entry=entry_id, sender=Message.Sender.AI)
    return replace(facts, times_asked=said.filter(seq__gt=began).count())
