"""Customers, orders and tickets in the back office."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from conversations.events import CustomerUpdated
from conversations.models import Customer, CustomerIdentity
from cs_platform.models import AuditEntry, User
from tests.factories import make_conversation, make_customer, make_order, make_ticket
from tests.listening import told

pytestmark = pytest.mark.django_db

LIST = "admin:conversations_customer_changelist"


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def profile(customer: Customer) -> str:
    return reverse("admin:conversations_customer_change", args=[customer.pk])


def test_phones_are_masked_in_the_list(office: Client) -> None:
    make_customer("Lin", phone="13800138000", email="lin@example.com")
    page = office.get(reverse(LIST)).content.decode()
    assert "13800138000" not in page and "138****8000" in page and "lin@example.com" not in page


def test_a_profile_shows_what_happened(office: Client, shopper: Customer) -> None:
    make_conversation(customer=shopper, subject="怎么退货")
    order = make_order(customer=shopper, shipments=[{"tracking_number": "SF1"}])
    ticket = make_ticket(customer=shopper)
    page = office.get(profile(shopper)).content.decode()
    assert all(text in page for text in ("怎么退货", order.number, "SF1", ticket.number))


def test_saving_tells_only_what_changed(office: Client, shopper: Customer, listen: Callable[..., None]) -> None:
    listen(CustomerUpdated)
    form = {"name": "Lin", "level": "vip", "tags": "老客, 敏感肌，老客", "marketing_consent": "unknown", "note": ""}
    assert office.post(profile(shopper), form).status_code == 302
    shopper.refresh_from_db()
    assert (shopper.level, shopper.tags) == ("vip", ["老客", "敏感肌"])
    assert [change["fields"] for change in told(CustomerUpdated)] == [["level", "tags"]]


def test_too_many_tags_are_refused_at_the_field(office: Client, shopper: Customer) -> None:
    form = {"level": "normal", "marketing_consent": "unknown", "tags": ",".join(map(str, range(31)))}
    assert "tags" in office.post(profile(shopper), form).context["adminform"].form.errors


def test_a_merged_stranger_is_not_listed(office: Client, shopper: Customer) -> None:
    make_customer("Ghost", merged_into=shopper)
    assert "Ghost" not in office.get(reverse(LIST)).content.decode()


def test_accounts_are_shown_and_tokens_are_not(office: Client, shopper: Customer) -> None:
    CustomerIdentity.objects.create(customer=shopper, kind="api", external_id="member-7")
    conversation = make_conversation(customer=shopper)
    CustomerIdentity.objects.create(
        customer=shopper, channel=conversation.channel, kind="visitor", external_id="hash-of-token"
    )
    page = office.get(profile(shopper)).content.decode()
    assert "member-7" in page and "hash-of-token" not in page


@pytest.mark.parametrize("noun", ["customer", "order", "ticket"])
def test_an_export_is_a_file_and_leaves_a_trace(office: Client, shopper: Customer, noun: str) -> None:
    make_ticket("=cmd()", customer=shopper, order=make_order(customer=shopper))
    reply = office.get(reverse(f"admin:conversations_{noun}_export_csv"))
    rows = reply.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2 and not rows[1].startswith("=") and ",=cmd" not in rows[1]
    assert AuditEntry.objects.get().action == f"{noun}s.exported"


def test_an_order_is_found_by_its_tracking_number(office: Client) -> None:
    order = make_order(shipments=[{"tracking_number": "SF1400001"}])
    make_order()
    page = office.get(reverse("admin:conversations_order_changelist"), {"q": "sf-1400-001"})
    assert list(page.context["cl"].result_list) == [order]


def test_overdue_tickets_can_be_filtered(office: Client) -> None:
    make_ticket()
    page = office.get(reverse("admin:conversations_ticket_changelist"), {"overdue": "1"})
    assert list(page.context["cl"].result_list) == []
