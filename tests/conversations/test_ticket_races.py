"""Tickets made and found overdue by many at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.events import TicketOverdue
from conversations.models import Ticket
from conversations.services.tickets import create_ticket, notice_overdue
from tests.at_once import at_once
from tests.factories import make_ticket
from tests.listening import told

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_number_is_given_twice() -> None:
    numbers = sorted(at_once(make_ticket_number))
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003", "0004"]


def make_ticket_number() -> str:
    return make_ticket().number


def test_one_key_sent_at_once_makes_one_ticket() -> None:
    made = at_once(lambda: create_ticket(subject="Refund", idempotency_key="k").pk)
    assert set(made) == {Ticket.objects.get().pk}


def test_an_overdue_ticket_is_told_once_however_many_look(listen: Callable[..., None]) -> None:
    listen(TicketOverdue)
    ticket = make_ticket()
    Ticket.objects.update(due_at=timezone.now() - timedelta(hours=1))
    at_once(lambda: notice_overdue(ticket.pk))
    assert [event["ticket_id"] for event in told(TicketOverdue)] == [ticket.pk]
