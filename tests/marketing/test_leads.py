"""A lead is one person: captured once whatever comes twice or at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from conversations.models import Conversation, Customer
from conversations.services.cards import submit_card
from conversations.services.customers import absorb_stranger
from cs_platform.events import on
from cs_platform.models import AuditEntry, User
from marketing.events import LeadCaptured, LeadUpdated
from marketing.models import Lead, LeadCapture
from marketing.services.leads import Capture, ContactTaken, NoContact, capture_lead, update_lead
from tests.conversations.cards import FILLED_IN, show_card
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
heard: list[Any] = []


def hear(event: LeadCaptured) -> None:
    heard.append(event)


def hear_change(event: LeadUpdated) -> None:
    heard.append(event)


def test_a_filled_in_card_becomes_a_lead(conversation: Conversation, deliver: Callable[[], None]) -> None:
    submit_card(conversation.pk, show_card(conversation).pk, client_id="a", values=FILLED_IN)
    deliver()
    lead = Lead.objects.get()
    assert (lead.name, lead.phone, lead.source, lead.status) == ("林女士", "13800138000", "card", "new")
    assert (lead.customer, lead.channel) == (conversation.customer, conversation.channel)
    assert lead.captures.get().consent_text == "同意商家联系我"
    assert lead.consent_at is not None


def test_the_profile_gets_what_it_lacks(shopper: Customer) -> None:
    capture_lead(Capture("a", name="林女士", phone="13800138000", customer=shopper, consent_at=timezone.now()))
    shopper.refresh_from_db()
    assert (shopper.name, shopper.phone, shopper.marketing_consent) == ("Lin", "13800138000", "given")


def test_a_refusal_is_not_overruled(shopper: Customer) -> None:
    Customer.objects.filter(pk=shopper.pk).update(marketing_consent="refused")
    shopper.refresh_from_db()
    capture_lead(Capture("a", phone="13800138000", customer=shopper, consent_at=timezone.now()))
    shopper.refresh_from_db()
    assert shopper.marketing_consent == "refused"


def test_the_same_phone_is_the_same_lead_however_written() -> None:
    first = capture_lead(Capture("a", phone="+86 138-0013-8000", name="Lin"))
    second = capture_lead(Capture("b", phone="13800138000", name="林", email="lin@example.com"))
    assert first == second
    assert (second.name, second.email, second.captures.count()) == ("Lin", "lin@example.com", 2)


def test_the_same_capture_twice_is_one() -> None:
    capture = Capture("card:7", phone="13800138000")
    assert capture_lead(capture) == capture_lead(capture)
    assert LeadCapture.objects.count() == 1


def test_one_more_contact_of_the_same_customer_is_the_same_lead(shopper: Customer) -> None:
    first = capture_lead(Capture("a", phone="13800138000", customer=shopper))
    assert capture_lead(Capture("b", wechat="linmei88", customer=shopper)) == first


def test_another_phone_of_the_same_customer_is_another_lead(shopper: Customer) -> None:
    first = capture_lead(Capture("a", phone="13800138000", customer=shopper))
    assert capture_lead(Capture("b", phone="13900139000", customer=shopper)) != first


def test_a_contact_of_another_lead_is_left_there() -> None:
    one = capture_lead(Capture("a", phone="13800138000"))
    two = capture_lead(Capture("b", email="lin@example.com"))
    both = capture_lead(Capture("c", phone="13800138000", email="lin@example.com"))
    assert both == one
    one.refresh_from_db()
    assert (one.email, two.email) == ("", "lin@example.com")


def test_without_any_contact_there_is_no_lead() -> None:
    with pytest.raises(NoContact):
        capture_lead(Capture("a", name="Lin", phone="12"))
    assert not Lead.objects.exists()


def test_others_hear_masked_contacts(channel: Any, deliver: Callable[[], None]) -> None:
    on(LeadCaptured, hear)
    on(LeadUpdated, hear_change)
    heard.clear()
    lead = capture_lead(Capture("a", phone="13800138000", channel=channel))
    capture_lead(Capture("b", phone="13800138000", email="lin@example.com"))
    deliver()
    assert [(type(one).__name__, one.lead_id, one.phone) for one in heard] == [
        ("LeadCaptured", lead.pk, "138****8000"),
        ("LeadUpdated", lead.pk, "138****8000"),
    ]
    assert (heard[0].channel, heard[1].email, heard[1].changed) == ("shop", "l***@example.com", ["email"])


def test_people_change_a_lead_and_it_is_kept_who(manager: User) -> None:
    lead = capture_lead(Capture("a", phone="13800138000"))
    update_lead(lead, by=manager, status="won", note="买了灯")
    lead.refresh_from_db()
    assert (lead.status, lead.note) == ("won", "买了灯")
    assert AuditEntry.objects.get(action="lead.update").actor == manager


def test_a_contact_that_another_lead_has_is_refused(manager: User) -> None:
    capture_lead(Capture("a", phone="13800138000"))
    other = capture_lead(Capture("b", phone="13900139000"))
    with pytest.raises(ContactTaken):
        update_lead(other, by=manager, phone="13800138000")
    other.refresh_from_db()
    assert other.phone == "13900139000"


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_one_person_is_one_lead() -> None:
    together = threading.Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        leads = set(pool.map(lambda key: capture(key, together), ["a", "b", "c", "c"]))
    assert len(leads) == 1
    assert (Lead.objects.count(), LeadCapture.objects.count()) == (1, 3)


def capture(key: str, together: threading.Barrier) -> int:
    together.wait(timeout=10)
    try:
        return capture_lead(Capture(key, phone="13800138000")).pk
    finally:
        connection.close()


def test_a_stranger_who_becomes_a_customer_takes_the_lead_along(shopper: Customer, deliver: Callable[[], None]) -> None:
    stranger = make_customer()
    lead = capture_lead(Capture("a", phone="13800138000", customer=stranger))
    absorb_stranger(stranger, shopper)
    deliver()
    lead.refresh_from_db()
    assert lead.customer == shopper
