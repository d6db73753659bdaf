"""A customer is erased: no table keeps who it was or what was said, and nobody else loses a word."""

import json
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from conversations.models import Conversation, Customer, Message
from conversations.services.attachments import keep_media
from conversations.services.cards import submit_card
from conversations.services.erasing import erase_customer
from conversations.services.feedback import rate_service
from conversations.services.handover import take_over
from conversations.services.replies import add_note, send_agent_message
from conversations.services.tickets import change_ticket, create_ticket
from conversations.services.turn import take_turn
from cs_platform.audit import record
from cs_platform.media import examine
from cs_platform.models import User
from tests.api import ApiClient
from tests.conversations.cards import FILLED_IN, show_card
from tests.conversations.pictures import picture
from tests.conversations.platforms import generic_channel, said, take
from tests.cs_platform.webhook_rows import make_endpoint
from tests.factories import make_conversation, make_customer, make_order, settle, write

pytestmark = pytest.mark.django_db
SECRET = "蓝鲸"  # in everything that the customer is known by or says


@pytest.fixture
def known(conversation: Conversation, agent: User, manager: User, deliver: Callable[[], None]) -> Conversation:
    """Somebody who has used all that there is."""
    make_endpoint(events=["message.created", "ticket.created", "ticket.updated", "customer.updated"])
    Customer.objects.update(name=SECRET, phone="13912345678", wechat=SECRET, note=SECRET, tags=[SECRET], region=SECRET)
    conversation.refresh_from_db()
    kept = keep_media(conversation.pk, examine(picture(), f"{SECRET}.png"))
    write(conversation, f"我是{SECRET}，怎么退货", attachment_ids=(kept.pk,))
    settle(conversation)
    take_turn(conversation.pk)
    submit_card(conversation.pk, show_card(conversation).pk, client_id="a", values=FILLED_IN | {"name": SECRET})
    take_over(conversation.pk, agent)
    send_agent_message(conversation.pk, agent, client_id="b", text=f"{SECRET}您好")
    add_note(conversation.pk, agent, client_id="c", text=f"{SECRET} 很急")
    rate_service(conversation.pk, score=1, comment=SECRET)
    ticket = create_ticket(subject=SECRET, description=SECRET, contact=SECRET, conversation=conversation, by=agent)
    change_ticket(ticket, subject=f"{SECRET}!", note=SECRET, by=agent)
    make_order("E1", customer=conversation.customer, phone="13912345678", note=SECRET)
    record("customer.contact_shown", conversation.customer, by=manager)
    deliver()
    write(conversation, f"还有{SECRET}")  # its event is still on its way
    return conversation


def everything() -> str:
    """Every row of every table."""
    rows = {model._meta.label: list(model._default_manager.values()) for model in apps.get_models()}
    return json.dumps(rows, default=str, ensure_ascii=False)


def tables_with(word: str) -> list[str]:
    """The tables in which a word still stands."""
    return [name for name, rows in json.loads(everything()).items() if word in json.dumps(rows, ensure_ascii=False)]


def test_no_table_keeps_a_word(known: Conversation, manager: User, deliver: Callable[[], None]) -> None:
    assert SECRET in everything()
    erase_customer(known.customer, by=manager)
    deliver()
    assert tables_with(SECRET) == []
    assert tables_with("13912345678") == tables_with(FILLED_IN["phone"]) == tables_with("13800138000") == []
    assert tables_with("customer.erased") == ["cs_platform.AuditEntry"]


def test_files_are_gone(known: Conversation, manager: User) -> None:
    stored = list(known.attachments.values_list("stored_as", flat=True))
    assert all(map(default_storage.exists, stored)) and stored
    erase_customer(known.customer, by=manager)
    assert not any(map(default_storage.exists, stored))


def test_what_was_counted_stays(known: Conversation, manager: User) -> None:
    before = list(Message.objects.values_list("seq", "sender", "created_at"))
    erase_customer(known.customer, by=manager)
    assert list(Message.objects.values_list("seq", "sender", "created_at")) == before
    known.refresh_from_db()
    assert (known.status, known.owner, known.customer.orders.count()) == ("closed", "none", 1)


def test_others_lose_nothing(known: Conversation, manager: User, deliver: Callable[[], None]) -> None:
    other = make_conversation(customer=make_customer("红狐", phone="13700000000"))
    write(other, "红狐想换货")
    deliver()
    erase_customer(known.customer, by=manager)
    other.refresh_from_db()
    assert (other.customer.name, other.last_text) == ("红狐", "红狐想换货")
    assert "红狐想换货" in everything()


def test_whoever_was_merged_goes_too(manager: User, shopper: Customer) -> None:
    make_customer(SECRET, merged_into=shopper)
    erase_customer(shopper, by=manager)
    assert SECRET not in everything()


def test_twice_is_once(known: Conversation, manager: User) -> None:
    erase_customer(known.customer, by=manager)
    erase_customer(known.customer, by=manager)
    assert tables_with(SECRET) == []


def test_a_turn_that_was_under_way_says_nothing(conversation: Conversation, manager: User) -> None:
    write(conversation, f"{SECRET}在吗")
    from_before = conversation.epoch
    erase_customer(conversation.customer, by=manager)
    take_turn(conversation.pk)
    conversation.refresh_from_db()
    assert conversation.epoch == from_before + 1
    assert set(Message.objects.values_list("text", flat=True)) == {""}


def test_the_page_asks_first(client: Client, manager: User, shopper: Customer) -> None:
    client.force_login(manager)
    address = reverse("admin:conversations_customer_erase", args=[shopper.pk])
    client.get(address)
    shopper.refresh_from_db()
    assert shopper.name
    client.post(address)
    shopper.refresh_from_db()
    assert not shopper.name


def test_only_managers_and_keys_that_see_people_may(
    client: Client, agent: User, shopper: Customer, api: Callable[..., ApiClient]
) -> None:
    client.force_login(agent)
    assert client.post(reverse("admin:conversations_customer_erase", args=[shopper.pk])).status_code in (302, 403)
    address = f"/api/v1/customers/{shopper.pk}/erase/"
    assert api("customers:read", "customers:write").post(address).status_code == 403
    shopper.refresh_from_db()
    assert shopper.name
    assert api("customers:write", "customers:personal").post(address).json()["name"] == ""


def test_what_a_platform_sent_is_forgotten_and_the_sender_is_a_stranger(manager: User) -> None:
    channel = generic_channel()
    conversation = take(channel, said(text=SECRET))
    erase_customer(conversation.customer, by=manager)
    assert tables_with(SECRET) == tables_with("Lin") == []
    assert take(channel, said("m2", "又是我")).customer != conversation.customer
