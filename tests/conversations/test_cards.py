"""A card's form: validated, stored once, thanked for."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from conversations.events import CardSubmitted
from conversations.models import CardSubmission, Conversation, Message
from conversations.services.cards import BadValues, UnknownCard, read_values, submit_card, summarise
from conversations.services.ledger import ClientIdReused
from cs_platform.events import on
from tests.conversations.cards import FILLED_IN, LEAD_CARD, show_card
from tests.factories import make_conversation

heard: list[CardSubmitted] = []


def hear(event: CardSubmitted) -> None:
    heard.append(event)


@pytest.mark.django_db
def test_values_are_kept_in_one_spelling_and_thanked_for(conversation: Conversation) -> None:
    card = show_card(conversation)
    thanks = submit_card(conversation.pk, card.pk, client_id="a", values=FILLED_IN)
    submission = CardSubmission.objects.get()
    assert submission.values == {"name": "林女士", "phone": "13800138000"}
    assert (thanks.sender, thanks.seq, thanks.text) == ("system", 2, "谢谢，我们会联系您。")
    assert submission.consent_text == "同意商家联系我"


@pytest.mark.django_db
def test_the_card_shows_that_it_was_sent_and_hides_the_number(conversation: Conversation) -> None:
    card = show_card(conversation)
    submit_card(conversation.pk, card.pk, client_id="a", values=FILLED_IN)
    card.refresh_from_db()
    assert card.card is not None
    assert card.card["submitted"] is True
    assert card.card["summary"] == {"name": "林女士", "phone": "138****8000"}


@pytest.mark.django_db
def test_it_does_not_count_as_a_question(conversation: Conversation) -> None:
    submit_card(conversation.pk, show_card(conversation).pk, client_id="a", values=FILLED_IN)
    conversation.refresh_from_db()
    assert (conversation.customer_seq, conversation.last_seq, conversation.owner) == (0, 2, "ai")


@pytest.mark.django_db
def test_the_same_client_id_gets_the_same_thanks(conversation: Conversation) -> None:
    card = show_card(conversation)
    first = submit_card(conversation.pk, card.pk, client_id="a", values=FILLED_IN)
    assert submit_card(conversation.pk, card.pk, client_id="a", values=FILLED_IN) == first
    assert CardSubmission.objects.count() == 1


@pytest.mark.django_db
def test_a_card_that_was_sent_is_not_sent_again(conversation: Conversation) -> None:
    card = show_card(conversation)
    submit_card(conversation.pk, card.pk, client_id="a", values=FILLED_IN)
    with pytest.raises(ClientIdReused):
        submit_card(conversation.pk, card.pk, client_id="b", values={**FILLED_IN, "phone": "13900139000"})
    assert CardSubmission.objects.get().values["phone"] == "13800138000"


@pytest.mark.django_db
def test_no_card_of_another_conversation(conversation: Conversation) -> None:
    card = show_card(make_conversation())
    with pytest.raises(UnknownCard):
        submit_card(conversation.pk, card.pk, client_id="a", values=FILLED_IN)
    assert not CardSubmission.objects.exists()


@pytest.mark.parametrize(
    ("values", "bad"),
    [
        ({"consent": True}, ["phone"]),
        ({"consent": True, "phone": "12345"}, ["phone"]),
        ({"consent": True, "phone": 13800138000}, ["phone"]),
        ({"consent": "yes", "phone": "13800138000"}, ["consent"]),
        ({"phone": ""}, ["consent", "phone"]),
    ],
)
def test_what_is_missing_is_named(values: dict[str, Any], bad: list[str]) -> None:
    with pytest.raises(BadValues) as caught:
        read_values(LEAD_CARD, values)
    assert caught.value.fields == bad


def test_a_form_without_required_fields_wants_at_least_one() -> None:
    card = {"fields": [{"name": "phone"}, {"name": "wechat"}]}
    with pytest.raises(BadValues):
        read_values(card, {})
    assert read_values(card, {"wechat": "Lin_Mei-8", "other": "x"}) == {"wechat": "lin_mei-8"}


def test_the_summary_masks() -> None:
    values = {"name": "Lin", "phone": "13800138000", "wechat": "linmei88", "email": "lin@example.com"}
    masked = {"name": "Lin", "phone": "138****8000", "wechat": "li***", "email": "l***@example.com"}
    assert summarise(values) == masked


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_that_send_at_once_one_is_stored() -> None:
    card, together = show_card(make_conversation()), threading.Barrier(4)

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(lambda client_id: send(card, client_id, together), ["a", "b", "a", "b"]))

    assert told == ["refused", "refused", "sent", "sent"]
    assert (CardSubmission.objects.count(), Message.objects.filter(sender="system").count()) == (1, 1)


def send(card: Message, client_id: str, together: threading.Barrier) -> str:
    together.wait(timeout=10)
    try:
        submit_card(card.conversation_id, card.pk, client_id=client_id, values=FILLED_IN)
        return "sent"
    except ClientIdReused:
        return "refused"
    finally:
        connection.close()


@pytest.mark.django_db
def test_marketing_hears_of_it(conversation: Conversation, deliver: Any) -> None:
    on(CardSubmitted, hear)
    heard.clear()
    submit_card(conversation.pk, show_card(conversation).pk, client_id="a", values=FILLED_IN)
    deliver()
    assert heard == [CardSubmitted(CardSubmission.objects.get().pk, conversation.pk)]
