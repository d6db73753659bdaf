"""Deliveries to platforms in the back office."""

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Conversation, Message, OutboundDelivery
from cs_platform.models import AuditEntry, User
from tests.conversations.platforms import generic_channel, said, take

pytestmark = pytest.mark.django_db


def test_a_manager_sends_failed_ones_again(client: Client, manager: User, conversation: Conversation) -> None:
    states = []
    client.force_login(manager)
    for seq, state in enumerate(("failed", "sent"), start=1):
        message = Message.objects.create(conversation=conversation, seq=seq, sender="agent", text="x")
        OutboundDelivery.objects.create(
            message=message, conversation=conversation, channel=conversation.channel, state=state
        )
    url = reverse("admin:conversations_outbounddelivery_changelist")
    chosen = list(OutboundDelivery.objects.values_list("pk", flat=True))
    page = client.post(url, {"action": "send_selected_again", "_selected_action": chosen}, follow=True)
    states = list(OutboundDelivery.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["waiting", "sent"]
    assert "已重新发送 1 条消息" in page.content.decode()
    assert AuditEntry.objects.filter(action="delivery.sent_again").count() == 1


def test_a_platforms_conversation_can_be_read(client: Client, manager: User) -> None:
    client.force_login(manager)
    conversation = take(generic_channel(), said(text="杯子碎了"))
    url = reverse("admin:conversations_conversation_change", args=[conversation.pk])
    assert '<p class="bo-message-text">杯子碎了</p>' in client.get(url).content.decode()
