"""A told story becomes rows. Everything of it can be found again by its marks, to be removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from conversations.models import Conversation, Customer, CustomerIdentity, Message, Order, OrderItem, Rating
from conversations.numbers import number_key
from cs_platform.models import User
from kb.models import Product
from marketing.models import Lead, LeadCapture, Source
from reports.demo.course import Line, Story, Visit
from routing.models import Channel

MARK = "demo-history"
LABEL = "演示"
AI_NAME = "AI 客服"


def identity_of(number: int) -> str:
    return f"{MARK}-{number:05d}"


@dataclass(slots=True)
class Rows:
    """The rows of some stories, kind by kind, in the order in which they are written."""

    channels: Mapping[str, Channel]
    agents: Sequence[User]
    products: Sequence[Product]
    now: datetime
    rng: Random
    customers: list[Customer] = field(default_factory=list)
    identities: list[CustomerIdentity] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    captures: list[LeadCapture] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    items: list[OrderItem] = field(default_factory=list)
    moments: list[tuple[Customer | Rating | Lead | LeadCapture, datetime]] = field(default_factory=list)

    def add(self, story: Story) -> None:
        channel, began = self.channels[story.channel], story.visits[0].lines[0].at
        customer = Customer(
            name=f"{story.name}（{LABEL}）",
            region=story.region,
            tags=[LABEL],
            level="vip" if story.is_vip else "normal",
        )
        self.customers.append(customer)
        self.moments.append((customer, began))
        self.identities.append(
            CustomerIdentity(customer=customer, channel=channel, kind="visitor", external_id=identity_of(story.number))
        )
        conversation = Conversation(customer=customer, channel=channel, created_at=began, tags=[LABEL])
        self.conversations.append(conversation)
        if story.bought_before is not None:
            self._add_order(conversation, story.number, began - story.bought_before)
        for visit in story.visits:
            self._add_visit(conversation, visit, story)
        _end(conversation, story.visits[-1])

    def write(self) -> list[int]:
        """Store everything; in the caller's transaction. Returns the numbers of the conversations."""
        kinds: tuple[list[Any], ...] = (
            self.customers, self.identities, self.conversations, self.messages, self.ratings, self.leads, self.captures,
            self.orders, self.items,
        )  # fmt: skip
        for rows in kinds:
            if rows:
                type(rows[0])._default_manager.bulk_create(rows, batch_size=200)
        for row, at in self.moments:  # their models write the present moment into new rows
            type(row)._default_manager.filter(pk=row.pk).update(created_at=at)
        return [conversation.pk for conversation in self.conversations]

    def _add_visit(self, conversation: Conversation, visit: Visit, story: Story) -> None:
        conversation.episode_seq = conversation.last_seq
        for line in visit.lines:
            self._add_line(conversation, line)
        last = visit.lines[-1].at
        if visit.score is not None:
            rating = Rating(
                conversation=conversation,
                episode_seq=conversation.episode_seq,
                score=visit.score,
                comment=visit.comment,
            )
            self.ratings.append(rating)
            self.moments.append((rating, last))
        if visit.is_lead and not any(lead.phone == story.phone for lead in self.leads):
            self._add_lead(conversation, story, last)
        if visit.order_after is not None and (at := last + visit.order_after) < self.now:
            self._add_order(conversation, story.number, at)

    def _add_line(self, conversation: Conversation, line: Line) -> None:
        conversation.last_seq += 1
        agent = self.agents[line.agent] if line.agent is not None else None
        self.messages.append(
            Message(
                conversation=conversation,
                seq=conversation.last_seq,
                sender=line.sender,
                author=agent if line.sender != "customer" else None,
                author_name=AI_NAME if line.sender == "ai" else agent.public_name if agent else "",
                text=line.text.format(name=agent.public_name) if agent else line.text,
                entry_id=line.entry_id,
                decision=line.decision,
                answers_seq=conversation.last_seq - 1 if line.is_answer else None,
                created_at=line.at,
            )
        )
        conversation.last_message_at = line.at
        if line.sender != "system":
            conversation.last_text = line.text[:200]
        if line.sender == "customer":
            conversation.customer_seq = conversation.last_seq
            conversation.subject = conversation.subject or line.text[:200]

    def _add_lead(self, conversation: Conversation, story: Story, at: datetime) -> None:
        customer = conversation.customer
        lead = Lead(
            customer=customer, channel=conversation.channel, source=Source.CARD, name=customer.name, phone=story.phone,
            status=self.rng.choice(("new", "contacted", "contacted", "won", "lost")),
        )  # fmt: skip
        capture = LeadCapture(
            lead=lead, key=f"{MARK}:{story.number}", source=Source.CARD, conversation=conversation,
            values={"phone": story.phone},
        )  # fmt: skip
        self.leads.append(lead)
        self.captures.append(capture)
        self.moments += [(lead, at), (capture, at)]

    def _add_order(self, conversation: Conversation, whose: int, at: datetime) -> None:
        number, age = f"QH{at:%y%m%d%H%M}{whose:05d}", self.now - at
        status = Order.Status.PAID if age < timedelta(days=1) else Order.Status.SHIPPED
        status = Order.Status.DELIVERED if age > timedelta(days=4) else status
        order = Order(
            source=MARK, number=number, number_key=number_key(number), customer=conversation.customer,
            channel=conversation.channel, status=status, created_at=at, paid_at=at, updated_at=at,
        )  # fmt: skip
        self.orders.append(order)
        for product in self.rng.sample(list(self.products), k=min(len(self.products), self.rng.choice((1, 1, 2)))):
            price, quantity = Decimal(self.rng.randrange(39, 299)), self.rng.choice((1, 1, 1, 2))
            order.total += price * quantity
            self.items.append(
                OrderItem(
                    order=order, sku=product.sku, name=product.name, product=product, price=price, quantity=quantity
                )
            )


def _end(conversation: Conversation, visit: Visit) -> None:
    """Nobody shall be asked to answer an invented customer: all are closed."""
    conversation.answered_seq = conversation.customer_seq
    conversation.status, conversation.owner = Conversation.Status.CLOSED, Conversation.Owner.NONE
    conversation.closed_at = visit.lines[-1].at
    reasons = [line.decision.get("reason") for line in visit.lines if line.decision and line.sender == "system"]
    conversation.handoff_reason = next((str(reason) for reason in reasons if reason and reason != "idle"), "")
