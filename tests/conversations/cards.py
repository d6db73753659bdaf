"""Cards in a conversation, as tests need them."""

from typing import Any

from conversations.models import Conversation, Message
from conversations.services.ledger import Draft, append_message

LEAD_CARD: dict[str, Any] = {
    "kind": "lead",
    "id": 7,
    "title": "留下联系方式",
    "fields": [{"name": "name", "required": False}, {"name": "phone", "required": True}],
    "consent": "同意商家联系我",
    "thanks": "谢谢，我们会联系您。",
}
FILLED_IN = {"name": "林女士", "phone": "138 0013 8000", "consent": True}


def show_card(conversation: Conversation, **changes: Any) -> Message:
    """The AI shows a card; returns its message."""
    draft = Draft(sender=Message.Sender.AI, text="留下联系方式", card={**LEAD_CARD, **changes})
    message = append_message(conversation.pk, draft, only_if={})
    assert message is not None
    return message
