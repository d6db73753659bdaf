"""退订 is kept in the profile and confirmed once, whoever has the chat."""

from collections.abc import Callable

import pytest

from conversations.models import Conversation
from conversations.services.handover import take_over
from cs_platform.models import User
from tests.factories import texts_of, write

pytestmark = pytest.mark.django_db


def test_it_is_kept(conversation: Conversation, deliver: Callable[[], None]) -> None:
    write(conversation, "退订")
    deliver()
    conversation.customer.refresh_from_db()
    assert conversation.customer.marketing_consent == "refused"
    assert conversation.customer.marketing_consent_at is not None
    assert [sender for sender, _ in texts_of(conversation)] == ["customer"]  # the AI's turn confirms it


def test_in_a_chat_with_a_person_a_line_confirms_once(
    conversation: Conversation, agent: User, deliver: Callable[[], None]
) -> None:
    take_over(conversation.pk, agent)
    write(conversation, "TD", "TD")
    deliver()
    assert [text for sender, text in texts_of(conversation) if sender == "system"][1:] == [
        "已为您退订营销消息，订单和物流通知不受影响。"
    ]
