"""Attachments: bound to one message of their sender, in the same transaction; what is never sent is forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from conversations.models import Attachment, Conversation
from conversations.services.attachments import UnknownAttachment, sweep_unsent
from conversations.services.handover import take_over
from conversations.services.incoming import Incoming, append_customer_messages
from conversations.services.ledger import ClientIdReused
from conversations.services.replies import NotYours, send_agent_message
from conversations.services.turn import take_turn
from cs_platform.models import User
from tests.conversations.pictures import upload
from tests.factories import make_conversation, settle, write

pytestmark = pytest.mark.django_db


def stored(attachment: Attachment) -> Path:
    return Path(settings.MEDIA_ROOT) / attachment.stored_as


def test_a_message_may_be_a_picture_without_words(conversation: Conversation) -> None:
    picture = upload(conversation)
    receipt = write(conversation, "", attachment_ids=(picture.pk,))
    picture.refresh_from_db()
    assert (receipt.error, picture.message_id) == (None, receipt.id)
    assert (conversation.last_text, conversation.subject) == ("[图片]", "")
    assert [one["name"] for one in conversation.messages.get().attached] == ["cup.png"]


def test_sent_twice_it_is_stored_once(conversation: Conversation) -> None:
    picture = upload(conversation)
    first, again = (write(conversation, "", client_id="one", attachment_ids=(picture.pk,)) for _ in range(2))
    assert (again.id, again.is_repeat, again.error) == (first.id, True, None)
    assert [one["id"] for one in again.attached] == [picture.pk]


def test_a_repeat_in_the_same_batch_is_stored_once(conversation: Conversation) -> None:
    picture = upload(conversation)
    twins = [Incoming(conversation.pk, "one", "", attachment_ids=(picture.pk,)) for _ in range(2)]
    receipts = append_customer_messages(twins)
    assert [(receipt.seq, receipt.is_repeat, receipt.error) for receipt in receipts] == [
        (1, False, None),
        (1, True, None),
    ]


def test_the_same_client_id_with_another_picture_is_refused(conversation: Conversation) -> None:
    write(conversation, "look", client_id="one", attachment_ids=(upload(conversation).pk,))
    receipt = write(conversation, "look", client_id="one", attachment_ids=(upload(conversation).pk,))
    assert isinstance(receipt.error, ClientIdReused)


@pytest.mark.parametrize("whose", ["other chat", "agent", "sent", "nobody", "twice"])
def test_only_an_own_unsent_upload_can_be_sent(conversation: Conversation, agent: User, whose: str) -> None:
    own = upload(conversation)
    foreign = upload(make_conversation())
    agents = upload(conversation, by=agent)
    sent = upload(conversation)
    write(conversation, "first", attachment_ids=(sent.pk,))
    ids = {"other chat": (foreign.pk,), "agent": (agents.pk,), "sent": (sent.pk,), "nobody": (10**9,)}
    receipt = write(conversation, "second", attachment_ids=ids.get(whose, (own.pk, own.pk)))
    assert isinstance(receipt.error, UnknownAttachment)
    assert list(conversation.messages.values_list("text", flat=True)) == ["first"]


def test_two_messages_of_one_batch_cannot_share_a_picture(conversation: Conversation) -> None:
    picture = upload(conversation)
    batch = [Incoming(conversation.pk, f"c{n}", "", attachment_ids=(picture.pk,)) for n in range(2)]
    first, second = append_customer_messages(batch)
    assert (first.error, type(second.error)) == (None, UnknownAttachment)
    assert conversation.messages.count() == 1


def test_an_agent_sends_a_picture_in_an_own_chat(conversation: Conversation, agent: User) -> None:
    take_over(conversation.pk, agent)
    picture = upload(conversation, by=agent)
    message = send_agent_message(conversation.pk, agent, client_id="a", text="", attachment_ids=(picture.pk,))
    again = send_agent_message(conversation.pk, agent, client_id="a", text="", attachment_ids=(picture.pk,))
    conversation.refresh_from_db()
    assert (message.pk, conversation.last_text) == (again.pk, "[图片]")
    assert message.attachments.get() == picture


def test_an_agents_foreign_upload_sends_nothing(conversation: Conversation, agent: User) -> None:
    take_over(conversation.pk, agent)
    customers = upload(conversation)
    with pytest.raises(UnknownAttachment):
        send_agent_message(conversation.pk, agent, client_id="a", text="x", attachment_ids=(customers.pk,))
    assert not conversation.messages.filter(sender="agent").exists()


def test_without_the_chat_a_picture_is_not_sent(conversation: Conversation, agent: User) -> None:
    picture = upload(conversation, by=agent)
    with pytest.raises(NotYours):
        send_agent_message(conversation.pk, agent, client_id="a", text="", attachment_ids=(picture.pk,))
    picture.refresh_from_db()
    assert picture.message_id is None


def test_a_picture_alone_gets_honest_words_and_a_way_to_a_person(conversation: Conversation) -> None:
    write(conversation, "", attachment_ids=(upload(conversation).pk,))
    settle(conversation)
    take_turn(conversation.pk)
    answer = conversation.messages.get(sender="ai")
    assert "看不了图片" in answer.text
    assert [option["id"] for option in answer.options] == ["person"]


def test_pictures_again_and_again_reach_a_person(conversation: Conversation) -> None:
    for _ in range(3):
        write(conversation, "", attachment_ids=(upload(conversation).pk,))
        settle(conversation)
        take_turn(conversation.pk)
    conversation.refresh_from_db()
    assert (conversation.owner, conversation.handoff_reason) == ("queue", "repeated_miss")


def test_what_was_never_sent_is_forgotten_after_a_day(conversation: Conversation) -> None:
    old, fresh, sent = upload(conversation), upload(conversation), upload(conversation)
    write(conversation, "", attachment_ids=(sent.pk,))
    Attachment.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(hours=25))
    assert sweep_unsent() == 1
    assert set(Attachment.objects.all()) == {fresh, sent}
    assert [stored(one).exists() for one in (old, fresh, sent)] == [False, True, True]
