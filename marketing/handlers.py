"""What marketing does when something happens in a conversation, in the transaction of the event's delivery."""

from django.utils import timezone

from conversations.events import (
    CardSubmitted,
    ConversationCreated,
    CustomerMerged,
    ShipmentChanged,
    TurnTaken,
    UnsubscribeAsked,
    VisitResumed,
)
from conversations.models import CardSubmission
from conversations.services.erasing import also_erase
from cs_platform.events import on
from marketing.models import Card, Source
from marketing.services.leads import Capture, NoContact, capture_lead, erase_leads, move_leads
from marketing.services.notices import tell_of_parcel
from marketing.services.opt_outs import opt_out
from marketing.services.triggers import arm_wake_up, react_to_turn


def await_silence(event: ConversationCreated) -> None:
    """A visitor opened the chat."""
    arm_wake_up(event.conversation_id)


def await_silence_again(event: VisitResumed) -> None:
    """A visitor who had said nothing is back."""
    arm_wake_up(event.conversation_id, since=timezone.now())


def follow_turn(event: TurnTaken) -> None:
    """The AI answered: cards for words and intents, and the clock of silence starts anew."""
    if event.reason == "opt_out":
        return
    react_to_turn(event.conversation_id, event.seq, decision=event.decision, intent=event.intent)
    arm_wake_up(event.conversation_id)


def keep_contact(event: CardSubmitted) -> None:
    """A customer filled in a card."""
    rows = CardSubmission.objects.select_related("message__conversation__customer", "message__conversation__channel")
    submission = rows.filter(pk=event.submission_id).first()
    if submission is None:
        return
    conversation = submission.message.conversation
    card_id = (submission.message.card or {}).get("id")
    values = {name: str(value) for name, value in submission.values.items()}
    capture = Capture(
        key=f"card:{submission.message_id}",
        source=Source.CARD,
        name=values.get("name", ""),
        phone=values.get("phone", ""),
        wechat=values.get("wechat", ""),
        email=values.get("email", ""),
        note=values.get("note", ""),
        customer=conversation.customer,
        conversation=conversation,
        channel=conversation.channel,
        card=Card.objects.filter(pk=card_id).first() if isinstance(card_id, int) else None,
        consent_text=submission.consent_text,
        consent_at=submission.created_at if submission.consent_text else None,
        values=values,
    )
    try:
        capture_lead(capture)
    except NoContact:  # a card that asks for a name or a note only
        return


def keep_refusal(event: UnsubscribeAsked) -> None:
    opt_out(event.conversation_id)


def follow_customer(event: CustomerMerged) -> None:
    move_leads(event.stranger_id, event.customer_id)


def follow_parcel(event: ShipmentChanged) -> None:
    tell_of_parcel(event.shipment_id, event.status)


on(ConversationCreated, await_silence)
on(VisitResumed, await_silence_again)
on(TurnTaken, follow_turn)
on(CardSubmitted, keep_contact)
on(UnsubscribeAsked, keep_refusal)
on(CustomerMerged, follow_customer)
on(ShipmentChanged, follow_parcel)
also_erase(erase_leads)
