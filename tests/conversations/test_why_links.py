"""From a conversation in the back office one looks why the AI replied as it did."""

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Message
from cs_platform.models import User
from tests.factories import make_conversation, write

pytestmark = pytest.mark.django_db


def test_a_reply_of_the_ai_leads_to_why_with_the_question_filled_in(client: Client, manager: User) -> None:
    conversation = make_conversation()
    write(conversation, "运费谁出", "急")
    last = conversation.messages.order_by("seq").last()
    assert last is not None
    Message.objects.create(conversation=conversation, seq=last.seq + 1, sender="ai", text="我们出")
    client.force_login(manager)
    page = client.get(reverse("admin:conversations_conversation_change", args=[conversation.pk])).content.decode()
    assert f"{reverse('admin:kb_entry_try_question')}?question=%E8%BF%90%E8%B4%B9%E8%B0%81%E5%87%BA%20%E6%80%A5" in page
