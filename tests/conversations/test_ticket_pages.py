"""Pages of tickets for agents."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conversations.models import Conversation, Ticket
from conversations.services.tickets import change_ticket
from cs_platform.models import User
from tests.factories import make_customer, make_order, make_ticket, texts_of

pytestmark = pytest.mark.django_db

LIST = "/console/tickets/"


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


def page(ticket: Ticket) -> str:
    return reverse("console-ticket", args=[ticket.number])


def numbers(client: Client, query: str = "") -> list[str]:
    return [ticket.number for ticket in client.get(f"{LIST}?{query}").context["page"].object_list]


def unchanged(ticket: Ticket, **fields: object) -> dict[str, object]:
    """What the browser sends of a form in which only these fields were touched."""
    values = {"status": ticket.status, "priority": ticket.priority, "type": ticket.type, "owner": "", "order": ""}
    initial = {f"initial-{name}": value for name, value in values.items()}
    return {**values, **initial, "note": "", **fields}


@pytest.mark.parametrize("path", [LIST, "/console/tickets/new/", "/console/tickets/T1/"])
def test_others_are_not_let_in(client: Client, integrator: User, path: str) -> None:
    assert client.get(path).status_code == 302
    client.force_login(integrator)
    assert client.get(path).status_code == 403


def test_an_agent_sees_own_tickets_first(desk: Client, agent: User) -> None:
    mine, other = make_ticket(owner=agent), make_ticket()
    assert numbers(desk) == [mine.number]
    assert numbers(desk, "view=unowned") == [other.number]
    assert numbers(desk, "view=open") == [mine.number, other.number]


def test_overdue_ones_and_types(desk: Client) -> None:
    late, refund = make_ticket(), make_ticket(type="refund")
    Ticket.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=2))
    assert numbers(desk, "view=overdue") == [late.number]
    assert numbers(desk, "view=open&type=refund") == [refund.number]
    assert "已超时 2" in desk.get(f"{LIST}?view=overdue").content.decode()


@pytest.mark.parametrize("words", ["8812", "SF-ORDER 1", "lamp"])
def test_search_looks_at_all_tickets(desk: Client, words: str) -> None:
    order = make_order("SFORDER1", customer=make_customer(phone="13800008812"))
    ticket = make_ticket(order=order, customer=order.customer)
    make_ticket("Invoice")
    change_ticket(ticket, status="solved")
    assert numbers(desk, f"q={words}") == [ticket.number]


def test_an_empty_list_says_what_to_do(desk: Client) -> None:
    assert "没有待您处理的工单" in desk.get(LIST).content.decode()
    assert "没有符合条件的工单" in desk.get(f"{LIST}?q=zzz").content.decode()


def test_a_longer_list_needs_no_more_queries(desk: Client, agent: User) -> None:
    make_ticket(owner=agent, customer=make_customer(), order=make_order())
    with CaptureQueriesContext(connection) as few:
        desk.get(LIST)
    for _ in range(5):
        make_ticket(owner=agent, customer=make_customer(), order=make_order())
    with CaptureQueriesContext(connection) as many:
        desk.get(LIST)
    assert len(many) == len(few)


def test_a_change_with_a_note(desk: Client, agent: User) -> None:
    ticket = make_ticket()
    reply = desk.post(page(ticket), unchanged(ticket, status="pending", owner=agent.pk, note="asked"))
    assert reply.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.owner, ticket.priority) == ("pending", agent, "normal")
    shown = desk.get(page(ticket)).content.decode()
    assert "asked" in shown and "Mei" in shown and "挂起" in shown


def test_a_stale_form_does_not_undo_a_colleagues_work(desk: Client) -> None:
    ticket = make_ticket()
    form = unchanged(ticket, note="called")
    change_ticket(ticket, priority="urgent", type="refund")
    desk.post(page(ticket), form)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.type) == ("urgent", "refund")


def test_a_move_that_became_illegal_is_said(desk: Client) -> None:
    ticket = make_ticket()
    form = unchanged(ticket, status="pending")
    change_ticket(ticket, status="solved")
    reply = desk.post(page(ticket), form)
    assert reply.status_code == 200 and reply.context["form"].errors["status"]
    ticket.refresh_from_db()
    assert ticket.status == "solved"


def test_one_press_takes_it(desk: Client, agent: User) -> None:
    ticket = make_ticket()
    desk.post(page(ticket), {"take": "1"})
    ticket.refresh_from_db()
    assert ticket.owner == agent


def test_a_new_ticket_from_a_conversation(desk: Client, conversation: Conversation) -> None:
    address = f"/console/tickets/new/?conversation={conversation.pk}"
    token = desk.get(address).context["form"]["token"].value()
    form = {"subject": "Refund", "type": "refund", "priority": "high", "token": token}
    first, again = desk.post(address, form), desk.post(address, form)
    ticket = Ticket.objects.get()
    assert first.url == again.url == page(ticket)
    assert (ticket.customer, ticket.priority) == (conversation.customer, "high")
    assert ticket.number in texts_of(conversation)[0][1]


def test_an_order_number_that_nobody_knows_is_said(desk: Client) -> None:
    form = {"subject": "x", "type": "refund", "priority": "low", "token": "t", "order": "none-1"}
    reply = desk.post("/console/tickets/new/", form)
    assert reply.context["form"].errors["order"] == ["没有这个订单号。"]
    assert not Ticket.objects.exists()


def test_an_unknown_number_is_not_found(desk: Client) -> None:
    assert desk.get("/console/tickets/T20000101-0001/").status_code == 404


def test_what_a_customer_wrote_is_no_markup(desk: Client) -> None:
    ticket = make_ticket("<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")
    shown = desk.get(page(ticket)).content.decode()
    assert "<script>alert" not in shown and "<img src=x" not in shown


def test_pages_follow_the_policy(desk: Client, listed: Callable[[], str]) -> None:
    assert "style=" not in listed() and "onclick" not in listed()


@pytest.fixture
def listed(desk: Client, agent: User) -> Callable[[], str]:
    make_ticket(owner=agent)
    return lambda: desk.get(LIST).content.decode()
