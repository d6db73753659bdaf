"""The ledger's own figures, on conversations that a hand can count."""

from decimal import Decimal

import pytest

from reports.rehearsal.books import Books, Service, broadcast_effect, read_services, unanswered_questions
from reports.rehearsal.errand import Errand
from reports.rehearsal.ledger import DayLedger, Paid
from tests.reports.rehearsal.lines import Line, line, moment, read

GREETING = line(-1, "ai", "greeting")
ASKED, ANSWERED = line(0, "customer"), line(2, "ai", "answer")
CALLED, CLOSED = line(3, "system", "queued"), line(60, "system", "closed")
PERSON = line(5, "agent", name="小禾")


def services(*lines: Line) -> list[Service]:
    return read_services(7, "web", read(GREETING, *lines))


OUTCOMES = {
    "nobody wrote": ((), ""),
    "answered and closed": ((ASKED, ANSWERED, CLOSED), "resolved"),
    "answered and left open": ((ASKED, ANSWERED), "still_open"),
    "not known": ((ASKED, line(2, "ai", "unknown"), CLOSED), "unresolved"),
    "the last word is the customer's": ((ASKED, ANSWERED, line(4, "customer"), CLOSED), "unresolved"),
    "thanked": ((ASKED, ANSWERED, line(4, "customer", text="好的，谢谢"), CLOSED), "resolved"),
    "a person came": ((ASKED, ANSWERED, CALLED, PERSON, CLOSED), "handed_over"),
    "nobody came": ((ASKED, CALLED, CLOSED), "abandoned"),
    "a message was left": ((ASKED, CALLED, line(9, "system", "left")), "handed_over"),
    "a ticket was opened": ((ASKED, ANSWERED, line(9, "system", "ticket"), CLOSED), "handed_over"),
    "a ticket came later": ((ASKED, ANSWERED, CLOSED, line(99, "system", "ticket")), "resolved"),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_what_became_of_a_conversation(name: str) -> None:
    lines, outcome = OUTCOMES[name]
    assert [one.outcome for one in services(*lines)] == [outcome]


def test_the_next_word_after_the_end_begins_another_episode() -> None:
    first, second = services(ASKED, ANSWERED, CLOSED, line(90, "customer"), line(91, "ai", "answer"))
    assert (first.outcome, first.came_back, second.outcome) == ("unresolved", True, "still_open")


def test_a_broadcast_into_a_closed_chat_begins_an_episode_of_the_shops_own() -> None:
    _first, second = services(ASKED, ANSWERED, CLOSED, line(90, "system", "broadcast"))
    assert (second.is_proactive, second.is_engaged) == (True, False)


def test_waits_run_from_the_first_unanswered_word() -> None:
    (one,) = services(ASKED, line(1, "customer"), ANSWERED, line(10, "customer"), line(14, "agent", name="小禾"))
    assert (one.ai_waits, one.human_waits) == ([2000], [4000])


def ledger() -> DayLedger:
    """One customer on the website who came for a person."""
    book = DayLedger(channels={7: "web"})
    book.errands[7] = Errand("person", (), "complaint")
    return book


def test_what_no_message_tells_is_taken_from_the_ledger() -> None:
    book = ledger()
    book.rate(7, 6, 5)
    book.leads[7] = moment(8)
    book.paid.append(Paid("A1", 7, Decimal("12.50"), moment(9)))
    figures = Books.of(book, {7: read(GREETING, ASKED, CALLED, PERSON, CLOSED)}).figures("web")
    names = ("conversations", "engaged", "leads", "called", "handed_over", "rated", "positive", "orders", "order_cents")
    assert [figures[name] for name in names] == [1, 1, 1, 1, 1, 1, 1, 1, 1250]


def test_an_order_that_was_paid_before_the_first_word_is_not_the_chats() -> None:
    book = ledger()
    book.paid.append(Paid("A1", 7, Decimal(10), moment(-9)))
    assert Books.of(book, {7: read(GREETING, ASKED, ANSWERED)}).figures("web")["orders"] == 0


def test_an_agents_chats_replies_and_score() -> None:
    book = ledger()
    book.rate(7, 5, 4)
    book.solved["xiaohe"] += 1
    books = Books.of(book, {7: read(GREETING, ASKED, CALLED, PERSON, line(6, "agent", name="小禾"), CLOSED)})
    assert books.agents(book, {"xiaohe": "小禾", "ajun": "阿军"}) == {"小禾": (1, 2, 4.0, 1)}


def test_questions_in_vain_are_those_that_nobody_answered() -> None:
    asked = line(0, "customer", text="火星上几点")
    heard = {7: read(asked, line(1, "ai", "unknown"), asked, line(3, "system", "queued"), asked, ANSWERED)}
    assert unanswered_questions(heard, ["火星上几点", "别的"]) == {"火星上几点": 2}


def test_what_customers_did_after_a_broadcast() -> None:
    book = ledger()
    book.audience, book.unwilling = frozenset({7, 8}), {8}
    book.read(7, 2)
    book.paid += [Paid("A1", 7, Decimal(5), moment(1)), Paid("A2", 7, Decimal(7), moment(20))]
    heard = {7: read(GREETING, line(9, "system", "broadcast"), line(12, "customer"), line(13, "ai", "opted_out"))}
    effect = broadcast_effect(book, heard)
    names = ("recipients", "sent", "skipped", "read", "replied", "ordered", "orders", "revenue", "opted_out")
    assert [effect[name] for name in names] == [2, 1, {"opted_out": 1}, 1, 1, 1, 1, 7.0, 1]
