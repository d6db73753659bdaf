"""REST: tickets."""

from collections.abc import Callable

import pytest

from conversations.models import Conversation, Ticket
from tests.api import ApiClient
from tests.factories import make_customer, make_ticket, texts_of

pytestmark = pytest.mark.django_db

Api = Callable[..., ApiClient]


@pytest.fixture
def tickets(api: Api) -> ApiClient:
    return api("tickets:read", "tickets:write")


def test_a_ticket_is_created_and_the_customer_told(tickets: ApiClient, conversation: Conversation) -> None:
    body = {"subject": "Refund", "type": "refund", "conversation": conversation.pk}
    made = tickets.post("/api/v1/tickets/", body).json()
    ticket = Ticket.objects.get()
    assert (made["number"], made["source"], made["status"]) == (ticket.number, "api", "open")
    assert (made["customer"], ticket.created_by) == (conversation.customer_id, tickets.key.owner)
    assert len(texts_of(conversation)) == 1


def test_a_ticket_is_not_tied_to_another_customers_conversation(tickets: ApiClient, conversation: Conversation) -> None:
    stranger = make_customer("Stranger")
    body = {"subject": "Refund", "customer": stranger.pk, "conversation": conversation.pk}
    reply = tickets.post("/api/v1/tickets/", body)
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/conversation")
    ticket = make_ticket(customer=stranger)
    changed = tickets.patch(f"/api/v1/tickets/{ticket.pk}/", {"conversation": conversation.pk}, "application/json")
    assert (changed.status_code, texts_of(conversation)) == (400, [])


def test_the_same_request_again_makes_one(tickets: ApiClient) -> None:
    replies = [
        tickets.post("/api/v1/tickets/", {"subject": "Refund"}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert replies[0].json() == replies[1].json()
    assert Ticket.objects.count() == 1


def test_a_legal_move(tickets: ApiClient) -> None:
    ticket = make_ticket()
    path = f"/api/v1/tickets/{ticket.pk}/"
    changed = tickets.patch(path, {"status": "solved"}, "application/json").json()
    assert changed["status"] == "solved" and changed["solved_at"]


def test_an_illegal_move_is_a_conflict(tickets: ApiClient) -> None:
    ticket = make_ticket()
    Ticket.objects.update(status="closed")
    reply = tickets.patch(f"/api/v1/tickets/{ticket.pk}/", {"status": "open", "subject": "x"}, "application/json")
    assert (reply.status_code, reply.json()["code"]) == (409, "illegal_move")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.subject) == ("closed", "Broken lamp")


def test_notes_and_history(tickets: ApiClient) -> None:
    path = f"/api/v1/tickets/{make_ticket().pk}"
    assert tickets.post(f"{path}/notes/", {"text": "called"}).status_code == 201
    assert [row["kind"] for row in tickets.get(f"{path}/history/").json()] == ["created", "note"]
    assert tickets.post(f"{path}/notes/", {"text": " "}).status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [("status=open", 2), ("type=refund", 1), ("is_overdue=true", 0), ("is_overdue=false", 2), ("search=lamp", 1)],
)
def test_filters(tickets: ApiClient, query: str, found: int) -> None:
    make_ticket()
    make_ticket("Money back", type="refund")
    assert len(tickets.get(f"/api/v1/tickets/?{query}").json()["results"]) == found


def test_each_verb_needs_its_scope(api: Api) -> None:
    assert api("tickets:read").post("/api/v1/tickets/", {"subject": "x"}).status_code == 403
    assert api("orders:read").get("/api/v1/tickets/").status_code == 403
    assert not Ticket.objects.exists()
