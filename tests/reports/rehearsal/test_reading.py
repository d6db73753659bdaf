"""The players understand what the platform says to customers today; a text that changes must not pass them by."""

import pytest

from conversations.models import Conversation
from conversations.outlook import Outlook
from conversations.services import handover
from conversations.services.leaving import begin_leaving
from conversations.services.tickets import change_ticket, create_ticket
from conversations.services.words import queue_text
from conversations.wording import phrase
from cs_platform.models import User
from reports.rehearsal import shop
from reports.rehearsal.follower import LABEL, told
from reports.rehearsal.reading import kind_of
from tests.conversations.desks import queue
from tests.conversations.timing import time_passes
from tests.factories import write

PERSON = {"id": "person", "text": "转人工"}
ENTRY = {"id": "entry:7", "text": "怎么退货"}


@pytest.mark.parametrize(
    "outlook", [Outlook(True, 1), Outlook(True, 3), Outlook(True, 2, 40), Outlook(True, 9, 400), Outlook()]
)
def test_a_place_in_the_queue_is_understood(outlook: Outlook) -> None:
    assert kind_of("system", queue_text(outlook)) == "queued"


def test_what_the_ai_says_is_told_apart_by_text_and_choices() -> None:
    assert kind_of("ai", phrase("unknown", ""), [PERSON]) == "unknown"
    assert kind_of("ai", phrase("clarify", ""), [ENTRY, PERSON]) == "clarify"
    assert kind_of("ai", phrase("thanks", "")) == kind_of("ai", phrase("greeting", "")) == "courtesy"
    assert kind_of("ai", shop.KNOWN[0].answer, [ENTRY]) == "answer"
    assert kind_of("ai", shop.GREETING, seq=1) == "greeting"
    assert kind_of("ai", "Words that nobody expects") == "?"


def kinds(conversation: Conversation) -> list[str]:
    """What the platform itself said, as players understand it."""
    said = conversation.messages.filter(sender="system").order_by("seq")
    return [kind_of("system", message.text) for message in said]


@pytest.mark.django_db
def test_leaving_a_message_is_understood_from_the_queue_to_the_end(conversation: Conversation) -> None:
    queue(conversation)
    begin_leaving(conversation.pk)
    write(conversation, "请回电 13912345678")
    time_passes(conversation, 20)
    assert kinds(conversation) == ["queued", "leave", "left"]


@pytest.mark.django_db
def test_changes_of_hands_and_tickets_are_understood(conversation: Conversation, agent: User) -> None:
    handover.take_over(conversation.pk, agent)
    ticket = create_ticket(subject="补发", conversation=conversation)
    change_ticket(ticket, status="solved")
    handover.give_back(conversation.pk, agent)
    handover.take_over(conversation.pk, agent)
    handover.close_conversation(conversation.pk, agent)
    assert kinds(conversation) == ["taken", "ticket", "ticket_done", "given_back", "taken", "closed"]


def test_on_wechat_the_label_tells_the_ai_from_an_agent() -> None:
    answer = {"msgtype": "text", "text": {"content": f"{LABEL}{shop.KNOWN[0].answer}"}}
    hello = {"msgtype": "text", "text": {"content": "您好，我来帮您看看。"}}
    menu = {"msgtype": "msgmenu", "msgmenu": {"head_content": f"{LABEL}{phrase('unknown', '')}", "list": [PERSON]}}
    assert [told(one)[0] for one in (answer, hello, menu)] == ["answer", "agent", "unknown"]
