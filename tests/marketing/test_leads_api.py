"""Leads over REST: captured once per person, changed, and only for keys that may."""

from collections.abc import Callable

import pytest

from conversations.models import Conversation
from marketing.models import Lead
from marketing.services.leads import Capture, capture_lead
from tests.api import ApiClient

pytestmark = pytest.mark.django_db

Api = Callable[..., ApiClient]
URL = "/api/v1/leads/"


@pytest.fixture
def leads(api: Api) -> ApiClient:
    return api("leads:read", "leads:write")


def test_a_lead_is_captured_with_its_consent(leads: ApiClient, conversation: Conversation) -> None:
    body = {"name": "林", "phone": "+86 138-0013-8000", "conversation": conversation.pk, "consent_text": "同意联系我"}
    made = leads.post(URL, body)
    assert (made.status_code, made.json()["phone"], made.json()["channel"]) == (201, "13800138000", "shop")
    lead = Lead.objects.get()
    assert (lead.source, lead.customer, lead.captures.get().consent_text) == (
        "api",
        conversation.customer,
        "同意联系我",
    )


def test_the_same_person_is_the_same_lead(leads: ApiClient) -> None:
    first = leads.post(URL, {"phone": "13800138000"}).json()
    second = leads.post(URL, {"phone": "138 0013 8000", "email": "Lin@example.com"}).json()
    assert (second["id"], second["email"]) == (first["id"], "lin@example.com")


@pytest.mark.parametrize("body", [{}, {"name": "林"}, {"phone": "12"}, {"email": "x"}])
def test_without_a_contact_it_is_refused(leads: ApiClient, body: dict[str, str]) -> None:
    assert leads.post(URL, body).status_code == 400
    assert not Lead.objects.exists()


def test_it_is_changed_and_found(leads: ApiClient) -> None:
    lead = capture_lead(Capture("a", phone="13800138000"))
    capture_lead(Capture("b", phone="13900139000"))
    changed = leads.patch(f"{URL}{lead.pk}/", {"status": "won"}, content_type="application/json")
    assert changed.json()["status"] == "won"
    assert [row["id"] for row in leads.get(URL, {"status": "won"}).json()["results"]] == [lead.pk]


def test_the_last_contact_is_not_taken_away(leads: ApiClient) -> None:
    lead = capture_lead(Capture("a", phone="13800138000"))
    reply = leads.patch(f"{URL}{lead.pk}/", {"phone": ""}, content_type="application/json")
    lead.refresh_from_db()
    assert (reply.status_code, lead.phone) == (400, "13800138000")


def test_a_contact_of_another_lead_is_a_conflict(leads: ApiClient) -> None:
    lead = capture_lead(Capture("a", phone="13800138000"))
    capture_lead(Capture("b", phone="13900139000"))
    answer = leads.patch(f"{URL}{lead.pk}/", {"phone": "13900139000"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "contact_taken")


def test_a_field_that_is_nobodys_to_set(leads: ApiClient) -> None:
    lead = capture_lead(Capture("a", phone="13800138000"))
    leads.patch(f"{URL}{lead.pk}/", {"source": "card", "consent_at": "2020-01-01"}, content_type="application/json")
    lead.refresh_from_db()
    assert (lead.source, lead.consent_at) == ("api", None)


def test_only_keys_that_may(api: Api) -> None:
    lead = capture_lead(Capture("a", phone="13800138000"))
    assert api("channels:read").get(URL).status_code == 403
    reader = api("leads:read")
    assert reader.post(URL, {"phone": "13900139000"}).status_code == 403
    assert reader.get(f"{URL}{lead.pk}/").status_code == 200
    assert Lead.objects.count() == 1
