"""Tickets: numbered once, moved legally, told to the customer, and never forgotten."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation, Customer, Ticket, TicketTarget
from conversations.services.deadlines import add_service_time, limit_for
from conversations.services.tickets import IllegalMove, add_ticket_note, change_ticket, create_ticket, notice_overdue
from cs_platform.due import run_due
from cs_platform.models import DueItem, NoticeDelivery, NoticeTarget, User
from routing.hours import Hours
from routing.models import Channel, Interval, Schedule
from routing.rulebook import forget_rulebook
from tests.factories import make_ticket, texts_of

pytestmark = pytest.mark.django_db


def age(ticket: Ticket, hours: int) -> None:
    """As if the ticket had been due so long ago."""
    due = timezone.now() - timedelta(hours=hours)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=due)
    DueItem.objects.filter(key=ticket.pk).update(due_at=due)


def test_numbers_count_the_tickets_of_the_day() -> None:
    day = f"{timezone.localdate():%Y%m%d}"
    assert [make_ticket().number for _ in range(3)] == [f"T{day}-0001", f"T{day}-0002", f"T{day}-0003"]


def test_the_customer_of_a_conversation_is_told_the_number(conversation: Conversation) -> None:
    ticket = make_ticket(conversation=conversation, source="ai")
    [(sender, text)] = texts_of(conversation)
    assert ticket.customer == conversation.customer
    assert sender == "system" and ticket.number in text
    assert conversation.messages.get().decision == {"decision": "ticket", "reason": "created", "ticket": ticket.number}


def test_who_says_it_otherwise_keeps_the_message_away(conversation: Conversation) -> None:
    make_ticket(conversation=conversation, is_customer_told=False)
    assert texts_of(conversation) == []


def test_the_same_key_makes_one_ticket(shopper: Customer) -> None:
    first = make_ticket(customer=shopper, idempotency_key="leave-1")
    again = make_ticket("another", customer=shopper, idempotency_key="leave-1")
    assert first.pk == again.pk
    assert Ticket.objects.get().subject == "Broken lamp"


def test_a_priority_has_its_time() -> None:
    urgent, normal = make_ticket(priority="urgent"), make_ticket()
    assert urgent.due_at - urgent.created_at == timedelta(hours=4)
    assert normal.due_at - normal.created_at == timedelta(hours=48)


def test_the_shop_sets_its_own_times() -> None:
    TicketTarget.objects.create(type="refund", hours=2)
    assert (refund := make_ticket(type="refund")).due_at - refund.created_at == timedelta(hours=2)


def test_the_most_exact_time_limit_counts() -> None:
    targets = [("", "", 100, False), ("refund", "", 20, False), ("", "high", 10, True), ("refund", "high", 1, False)]
    found = [
        limit_for(type_, priority, targets)[0]
        for type_, priority in [("refund", "high"), ("repair", "high"), ("refund", "low"), ("repair", "low")]
    ]
    assert found == [1, 10, 20, 100]


@pytest.mark.parametrize(
    ("old", "new", "is_legal"),
    [
        ("open", "pending", True),
        ("open", "solved", True),
        ("pending", "open", True),
        ("solved", "open", True),
        ("solved", "closed", True),
        ("solved", "pending", False),
        ("closed", "open", False),
        ("closed", "solved", False),
    ],
)
def test_the_status_moves_as_the_table_says(agent: User, old: str, new: str, is_legal: bool) -> None:
    ticket = make_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(status=old)
    if is_legal:
        change_ticket(ticket, status=new, by=agent)
    else:
        with pytest.raises(IllegalMove):
            change_ticket(ticket, status=new, subject="changed", by=agent)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.subject) == (new if is_legal else old, "Broken lamp")


def test_the_history_says_who_changed_what(agent: User) -> None:
    ticket = make_ticket()
    change_ticket(ticket, status="pending", owner=agent, by=agent, note="asked the warehouse")
    created, changed = ticket.history.all()
    assert created.kind == "created"
    assert (changed.author_name, changed.text) == ("Mei", "asked the warehouse")
    assert changed.changes == {"status": ["open", "pending"], "owner": [None, "Mei"]}


def test_what_is_the_same_is_no_change(agent: User) -> None:
    ticket = make_ticket()
    change_ticket(ticket, status="open", subject="Broken lamp", by=agent)
    assert ticket.history.count() == 1


def test_a_note_stands_in_the_history_only(agent: User, conversation: Conversation) -> None:
    ticket = make_ticket(conversation=conversation, is_customer_told=False)
    add_ticket_note(ticket, " called twice ", by=agent)
    assert ticket.history.last().text == "called twice"
    assert texts_of(conversation) == []
    with pytest.raises(ValueError, match="empty"):
        add_ticket_note(ticket, "  ", by=agent)


def test_the_customer_hears_when_it_is_solved(agent: User, conversation: Conversation) -> None:
    ticket = make_ticket(conversation=conversation, is_customer_told=False)
    ticket = change_ticket(ticket, status="solved", by=agent)
    [(sender, text)] = texts_of(conversation)
    assert sender == "system" and ticket.number in text
    assert ticket.solved_at is not None


def test_a_reopened_ticket_is_not_solved(agent: User) -> None:
    ticket = change_ticket(make_ticket(), status="solved", by=agent)
    assert change_ticket(ticket, status="open", by=agent).solved_at is None
    assert DueItem.objects.filter(key=ticket.pk).exists()


def test_the_first_work_of_a_person_is_the_first_response(agent: User) -> None:
    ticket = make_ticket(source="customer")
    assert ticket.first_response_at is None
    first = change_ticket(ticket, priority="high", by=agent).first_response_at
    assert first is not None
    assert change_ticket(ticket, priority="low", by=agent).first_response_at == first


def test_a_ticket_made_in_a_chat_was_answered_by_then() -> None:
    ticket = make_ticket(source="agent")
    assert ticket.first_response_at == ticket.created_at


def test_a_new_priority_moves_the_time() -> None:
    ticket = change_ticket(make_ticket(), priority="urgent")
    assert ticket.due_at - ticket.created_at == timedelta(hours=4)
    assert DueItem.objects.get(key=ticket.pk).due_at == ticket.due_at


def test_an_overdue_ticket_is_noticed_once() -> None:
    ticket = make_ticket()
    age(ticket, hours=1)
    assert run_due() == 1
    ticket.refresh_from_db()
    first = ticket.overdue_at
    notice_overdue(ticket.pk)
    ticket.refresh_from_db()
    assert first is not None and ticket.overdue_at == first


def test_more_time_is_another_chance() -> None:
    ticket = make_ticket()
    age(ticket, hours=1)
    notice_overdue(ticket.pk)
    later = timezone.now() + timedelta(hours=3)
    assert change_ticket(ticket, due_at=later).overdue_at is None
    assert DueItem.objects.get(key=ticket.pk).due_at == later


def test_who_finished_in_time_hears_nothing(agent: User) -> None:
    ticket = make_ticket()
    change_ticket(ticket, status="solved", by=agent)
    assert not DueItem.objects.filter(key=ticket.pk).exists()
    age(ticket, hours=1)
    notice_overdue(ticket.pk)
    ticket.refresh_from_db()
    assert ticket.overdue_at is None


@pytest.mark.parametrize("words", ["0001", "T20", "lamp", "8812"])
def test_a_ticket_is_found_by_number_words_or_phone(words: str) -> None:
    ticket = make_ticket(customer=Customer.objects.create(phone="13800008812"))
    make_ticket("Invoice")
    Ticket.objects.exclude(pk=ticket.pk).update(number="X-2")
    assert list(Ticket.objects.search(words)) == [ticket]


def test_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError):
        change_ticket(make_ticket(), number="T1")


def test_create_ticket_trims_what_is_too_long() -> None:
    ticket = create_ticket(subject=f"  {'x' * 300} ", contact="y" * 200)
    assert (len(ticket.subject), len(ticket.contact)) == (200, 100)


NINE_TO_SIX = Hours(week=(((time(9), time(12)), (time(13), time(18))),) * 5 + ((),) * 2)


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-11-26T10:00", 1, "2026-11-26T11:00"),
        ("2026-11-26T11:00", 2, "2026-11-26T14:00"),  # over lunch
        ("2026-11-26T17:00", 4, "2026-11-27T12:00"),  # over night
        ("2026-11-27T20:00", 8, "2026-11-30T18:00"),  # over a weekend
        ("2026-09-30T17:00", 2, "2026-10-08T10:00"),  # over the National Day holiday
    ],
)
def test_the_clock_stands_still_outside_service_hours(since: str, hours: int, due: str) -> None:
    begin = datetime.fromisoformat(f"{since}+08:00")
    found = add_service_time(NINE_TO_SIX, begin, timedelta(hours=hours))
    assert found == datetime.fromisoformat(f"{due}+08:00")


def test_a_channel_that_never_opens_has_calendar_time() -> None:
    begin = datetime.fromisoformat("2026-11-26T10:00+08:00")
    assert add_service_time(Hours(), begin, timedelta(hours=2)) == begin + timedelta(hours=2)


def test_a_limit_in_service_hours_asks_the_channel(conversation: Conversation) -> None:
    schedule = Schedule.objects.create(name="never", follows_public_holidays=False)
    Interval.objects.create(schedule=schedule, weekday=timezone.localdate().weekday(), starts=time(0), ends=time(0))
    Channel.objects.update(schedule=schedule)
    forget_rulebook()
    TicketTarget.objects.create(hours=25, in_service_hours=True)
    ticket = make_ticket(conversation=Conversation.objects.get(pk=conversation.pk))
    assert ticket.due_at > ticket.created_at + timedelta(days=6)


def overdue_notices(deliver: Callable[[], None], ticket: Ticket) -> list[str]:
    age(ticket, hours=1)
    notice_overdue(ticket.pk)
    deliver()
    return sorted(NoticeDelivery.objects.values_list("target__name", flat=True))


@pytest.mark.parametrize(("is_owned", "told"), [(True, ["owner"]), (False, ["boss"])])
def test_the_owner_is_called_or_else_the_managers(
    deliver: Callable[[], None], agent: User, manager: User, is_owned: bool, told: list[str]
) -> None:
    for name, user in (("owner", agent), ("boss", manager), ("robot", None)):
        NoticeTarget.objects.create(name=name, kind="email", address=f"{name}@shop.test", user=user)
    assert overdue_notices(deliver, make_ticket(owner=agent if is_owned else None)) == told


def test_the_customer_is_told_in_the_language_of_the_channel(conversation: Conversation) -> None:
    Channel.objects.update(language="en")
    make_ticket(conversation=conversation)
    assert texts_of(conversation)[0][1].startswith("Your request is noted")
