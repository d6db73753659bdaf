"""A customer wants no more promotions: kept in the profile, confirmed once."""

from django.db import transaction
from django.utils.translation import gettext

from conversations.models import Conversation, Customer, Message
from conversations.services.announce import announce_message
from conversations.services.customers import update_customer
from conversations.services.ledger import Draft, append_message

Owner = Conversation.Owner


@transaction.atomic
def opt_out(conversation_id: int) -> bool:
    """Keep the refusal; True when it was news. The AI confirms in its own chats, a line does so in the others."""
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    if conversation is None:
        return False
    customer = Customer.objects.select_for_update().get(pk=conversation.customer_id)
    if customer.marketing_consent == Customer.Consent.REFUSED:
        return False
    update_customer(customer, marketing_consent=Customer.Consent.REFUSED)
    draft = Draft(
        sender=Message.Sender.SYSTEM,
        text=gettext("You will get no more promotions from us. Notices about your own orders still come."),
        decision={"decision": "opt_out"},
    )
    # The AI, if it has the chat, answers these very words itself.
    message = append_message(conversation_id, draft, only_if={"owner__in": [Owner.QUEUE, Owner.AGENT]})
    if message is not None:
        announce_message(message)
    return True
