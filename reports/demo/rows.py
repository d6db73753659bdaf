"""A told story becomes rows. Everything of it can be found again by its marks, to be removed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from conversations.models import (
    CardSubmission,
    Conversation,
    Customer,
    CustomerIdentity,
    Message,
    Order,
    OrderItem,
    Rating,
    Shipment,
    Suggestion,
    Ticket,
    TicketHistory,
)
from conversations.numbers import number_key
from conversations.services.cards import summarise
from marketing.models import BroadcastRecipient, Lead, LeadCapture, Source, TriggerFiring
from marketing.services.cards import card_json
from reports.demo import scenes
from reports.demo.house import House
from reports.demo.marks import LABEL, MARK, identity_of, labelled
from reports.demo.parcels import parcel_of, state_after
from reports.demo.story import Act, Line, Story, Visit
from reports.demo.tickets import case_of, number_of

AI_NAME = "AI 客服"
ORDER_PREFIX = "QH"
# In the order in which they are written: what others point to comes first.
KINDS = (
    Customer, CustomerIdentity, Conversation, Message, Rating, Lead, LeadCapture, CardSubmission, Order, OrderItem,
    Shipment, Ticket, TicketHistory, Suggestion, TriggerFiring, BroadcastRecipient,
)  # fmt: skip


@dataclass(slots=True)
class Rows:
    """The rows of some stories, kind by kind."""

    house: House
    now: datetime
    rng: Random
    made: dict[type[Any], list[Any]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    moments: dict[type[Any], list[tuple[Any, str, datetime]]] = field(default_factory=dict)

    def add(self, story: Story) -> None:
        began = story.visits[0].lines[0].at
        customer = self._customer(story, began)
        channel = self.house.channels[story.channel]
        identity = CustomerIdentity(
            customer=customer, channel=channel, kind="visitor", external_id=identity_of(story.number)
        )
        self._keep(identity)
        conversation = Conversation(customer=customer, channel=channel, created_at=began, tags=[LABEL])
        self._keep(conversation)
        if story.bought_before is not None:
            self._add_order(conversation, story, began - story.bought_before)
        for visit in story.visits:
            self._add_visit(conversation, visit, story)
        _end(conversation, story.visits[-1])
        if self.rng.random() < 0.6:
            conversation.customer_read_seq = conversation.last_seq

    def write(self) -> None:
        """Store everything; in the caller's transaction."""
        for kind in KINDS:
            if rows := self.made[kind]:
                kind._default_manager.bulk_create(rows, batch_size=200)
        for kind, moments in self.moments.items():  # their models write the present moment into new rows
            for row, name, at in moments:
                setattr(row, name, at)
            kind._default_manager.bulk_update(
                [row for row, _, _ in moments], sorted({name for _, name, _ in moments}), batch_size=100
            )

    def _keep(self, row: Any, at: datetime | None = None, name: str = "created_at") -> None:
        self.made[type(row)].append(row)
        if at is not None:
            self.moments.setdefault(type(row), []).append((row, name, at))

    def _customer(self, story: Story, began: datetime) -> Customer:
        customer = Customer(
            name=labelled(story.name),
            region=story.region,
            tags=[LABEL],
            level="vip" if story.is_vip else "normal",
            updated_at=began,
        )
        if story.has_refused or story.refused_at:
            customer.marketing_consent = Customer.Consent.REFUSED
            customer.marketing_consent_at = story.refused_at or began
        self._keep(customer, began)
        return customer

    def _add_visit(self, conversation: Conversation, visit: Visit, story: Story) -> None:
        conversation.episode_seq = conversation.last_seq
        for line in visit.lines:
            self._add_line(conversation, line, story)
        last = visit.lines[-1].at
        if visit.score is not None:
            rating = Rating(
                conversation=conversation,
                episode_seq=conversation.episode_seq,
                score=visit.score,
                comment=visit.comment,
            )
            self._keep(rating, last)
        if visit.request is not None:
            self._add_ticket(conversation, visit, story)
        if visit.order_after is not None and (at := last + visit.order_after) < self.now:
            self._add_order(conversation, story, at)
        for line in visit.news:
            self._add_line(conversation, line, story)

    def _add_line(self, conversation: Conversation, line: Line, story: Story) -> None:
        conversation.last_seq += 1
        agent = self.house.agents[line.agent] if line.agent is not None else None
        text = line.text.replace("{name}", agent.public_name if agent else "")
        message = Message(
            conversation=conversation,
            seq=conversation.last_seq,
            sender=line.sender,
            author=agent if line.sender != "customer" else None,
            author_name=AI_NAME if line.sender == "ai" else agent.public_name if agent else "",
            text=text.replace("{number}", number_of(line.at, story.number)),
            entry_id=line.entry_id,
            decision=line.decision,
            answers_seq=conversation.last_seq - 1 if line.is_answer else None,
            created_at=line.at,
        )
        self._follow(message, line, story)
        if line.advice is not None:
            self._add_suggestion(message, line)
        self._keep(message)
        if line.act != Act.BROADCAST:
            _bring_up(conversation, line)

    def _follow(self, message: Message, line: Line, story: Story) -> None:
        """What a line is beside its words."""
        if line.act == Act.BROADCAST:
            self._add_recipient(message, line.at)
        elif line.act == Act.RECEIPT:
            self._add_submission(message, story, line.at)
        elif line.act == Act.TICKET:
            message.decision = {**(line.decision or {}), "ticket": number_of(line.at, story.number)}
        elif trigger := self.house.triggers.get(line.act):
            message.decision = {**(line.decision or {}), "trigger": trigger.pk}
            message.text = trigger.text or line.text
            message.card = card_json(trigger.card) if trigger.card else None
            firing = TriggerFiring(
                trigger=trigger,
                conversation=message.conversation,
                episode_seq=message.conversation.episode_seq,
                customer=message.conversation.customer,
                message=message,
            )
            self._keep(firing, line.at)

    def _add_submission(self, receipt: Message, story: Story, at: datetime) -> None:
        """The customer fills in the card before, and becomes a lead, unless that happened already."""
        form = next((row for row in reversed(self.made[Message]) if row.card), None)
        if form is None or form.conversation is not receipt.conversation or form.card.get("submitted"):
            return
        asked = {field["name"] for field in form.card.get("fields", [])}
        values, consent = {"phone": story.phone}, str(form.card.get("consent") or "")
        if "note" in asked:
            values["note"] = self.rng.choice(scenes.NOTES)
        form.card = {**form.card, "submitted": True, "summary": summarise(values)}
        receipt.decision = {"decision": "card", "card": form.card["id"]}
        submission = CardSubmission(
            message=form, receipt=receipt, client_id=identity_of(story.number), values=values, consent_text=consent
        )
        self._keep(submission, at)
        if not any(lead.phone == story.phone for lead in self.made[Lead]):
            self._add_lead(receipt.conversation, story, at, form.card, values)

    def _add_lead(
        self, conversation: Conversation, story: Story, at: datetime, card: dict[str, Any], values: dict[str, str]
    ) -> None:
        customer = conversation.customer
        customer.phone = story.phone
        lead = Lead(
            customer=customer, channel=conversation.channel, source=Source.CARD, name=customer.name, phone=story.phone,
            note=values.get("note", ""), consent_at=at,
            status=self.rng.choice(("new", "contacted", "contacted", "won", "lost")),
        )  # fmt: skip
        capture = LeadCapture(
            lead=lead, key=f"{MARK}:{story.number}", source=Source.CARD, conversation=conversation, card_id=card["id"],
            values=values, consent_text=str(card.get("consent") or ""), consent_at=at,
        )  # fmt: skip
        self._keep(lead, at)
        self._keep(capture, at)

    def _add_recipient(self, message: Message, at: datetime) -> None:
        broadcast = self.house.broadcast
        if broadcast is None:
            return
        message.decision = {"decision": "broadcast", "broadcast": broadcast.pk}
        message.author_name = message.conversation.channel.display_title
        recipient = BroadcastRecipient(
            broadcast=broadcast,
            customer=message.conversation.customer,
            conversation=message.conversation,
            state=BroadcastRecipient.State.SENT,
            due_at=at,
            attempts=1,
            message=message,
            sent_at=at,
        )
        self._keep(recipient)

    def _add_suggestion(self, message: Message, line: Line) -> None:
        """What the console recommended for the customer's words before this reply of an agent."""
        asked = self.made[Message][-1]
        advice = line.advice
        if advice is None or asked.conversation is not message.conversation or asked.sender != "customer":
            return
        suggestion = Suggestion(
            conversation=message.conversation,
            seq=asked.seq,
            question=asked.text[:300],
            entry_id=advice.known.entry_id,
            text=advice.known.answer,
            confidence=round(self.rng.uniform(0.5, 0.95), 3),
        )
        if advice.is_used:
            suggestion.used_at, suggestion.used_by, suggestion.message = line.at, message.author, message
            suggestion.is_edited = advice.is_edited
            suggestion.similarity = round(self.rng.uniform(0.82, 0.95), 2) if advice.is_edited else 1.0
        self._keep(suggestion, asked.created_at, "shown_at")

    def _add_ticket(self, conversation: Conversation, visit: Visit, story: Story) -> None:
        assert visit.request is not None
        orders = (order for order in self.made[Order] if order.customer is conversation.customer)
        case = case_of(
            visit.request, story.number, conversation=conversation, order=next(orders, None), agents=self.house.agents,
            now=self.now, rng=self.rng,
        )  # fmt: skip
        self._keep(case.ticket)
        for line in case.history:
            self._keep(line)

    def _add_order(self, conversation: Conversation, story: Story, at: datetime) -> None:
        number = f"{ORDER_PREFIX}{at:%y%m%d%H%M}{story.number:05d}"
        state = state_after(self.now - at, self.rng.random())
        order = Order(
            source=LABEL, number=number, number_key=number_key(number), customer=conversation.customer,
            channel=conversation.channel, status=state.order, phone=story.phone, created_at=at,
            paid_at=at + timedelta(minutes=2) if state.is_paid else None, updated_at=at,
        )  # fmt: skip
        self._keep(order)
        products = self.house.products
        for product in self.rng.sample(products, k=min(len(products), self.rng.choice((1, 1, 2)))):
            price, quantity = product.price or Decimal(99), self.rng.choice((1, 1, 1, 2))
            order.total += price * quantity
            item = OrderItem(
                order=order, sku=product.sku, name=product.name, product=product, price=price, quantity=quantity
            )
            self._keep(item)
        if state.parcel:
            self._keep(parcel_of(order, state.parcel, story.region[-2:], self.now, self.rng))


def _bring_up(conversation: Conversation, line: Line) -> None:
    """Who writes comes to the top of the lists."""
    conversation.last_message_at = line.at
    if line.sender != "system":
        conversation.last_text = line.text[:200]
    if line.sender == "customer":
        conversation.customer_seq = conversation.last_seq
        conversation.subject = conversation.subject or line.text[:200]


def _end(conversation: Conversation, visit: Visit) -> None:
    """Nobody shall be asked to answer an invented customer: all are closed."""
    conversation.answered_seq = conversation.customer_seq
    conversation.status, conversation.owner = Conversation.Status.CLOSED, Conversation.Owner.NONE
    conversation.closed_at = visit.lines[-1].at
    reasons = [line.decision.get("reason") for line in visit.lines if line.decision and line.sender == "system"]
    shown = (str(reason) for reason in reasons if reason in Conversation.HandoffReason.values)
    conversation.handoff_reason = next(shown, "")
