"""The ledger must see every way in which a promise can be broken."""

import pytest

from reports.stand.ledger import Ending, Ledger, Sent, Stored

GREETING = Stored(1, 1, "ai", "Hello", None, None)
QUESTION = Stored(1, 2, "customer", "When? (v1-1)", "a", None)
ANSWER = Stored(1, 3, "ai", "Two days.", None, 2)
PERSON = Stored(1, 3, "agent", "One moment. (mei-1)", "b", None)
SENT = Sent("a", "When? (v1-1)", "v1", 1)
ANSWERED = Ending(1, "ai", 3, 2, 2)


def found(*stored: Stored, ending: Ending = ANSWERED, is_acknowledged: bool = True) -> dict[str, int]:
    ledger = Ledger()
    ledger.send(SENT)
    ledger.send(Sent("b", PERSON.text, "mei", 1))
    ledger.refused.add("b")
    if is_acknowledged:
        ledger.acknowledge("a", 2, 0.1)
    ledger.compare(stored, [ending])
    return dict(+ledger.found)


def test_kept_promises_are_no_finding() -> None:
    assert found(GREETING, QUESTION, ANSWER) == {}


def test_an_acknowledged_message_that_is_not_stored_is_lost() -> None:
    assert found(GREETING, ending=Ending(1, "ai", 1, 0, 0)) == {"lost": 1}


def test_a_message_that_nobody_acknowledged_is_counted() -> None:
    assert found(GREETING, QUESTION, ANSWER, is_acknowledged=False) == {"unacknowledged": 1}


def test_a_number_that_changes_on_a_repeat_is_seen() -> None:
    ledger = Ledger()
    ledger.acknowledge("a", 2, 0.1)
    ledger.acknowledge("a", 3, 0.1)
    assert ledger.found == {"changed_numbers": 1}


EXTRA = {
    "a second copy": (Stored(1, 4, "customer", QUESTION.text, None, None), {"duplicates": 1}),
    "a second answer": (Stored(1, 4, "ai", "Two days.", None, 2), {"answered_twice": 1}),
    "a message that nobody sent": (Stored(1, 4, "customer", "Boo", "z", None), {"ghosts": 1}),
}


@pytest.mark.parametrize("name", EXTRA)
def test_one_message_too_many_is_seen(name: str) -> None:
    extra, expected = EXTRA[name]
    assert found(GREETING, QUESTION, ANSWER, extra, ending=Ending(1, "ai", 4, 2, 2)) == expected


def test_a_message_in_a_foreign_conversation_is_seen() -> None:
    stray = Stored(2, 1, "customer", QUESTION.text, None, None)
    assert found(GREETING, QUESTION, ANSWER, stray) == {"duplicates": 1, "foreign": 1}


def test_the_same_words_of_two_customers_are_no_double() -> None:
    other = Stored(2, 1, "customer", QUESTION.text, "c", None)
    ledger = Ledger()
    for sent, seq in ((SENT, 2), (Sent("c", QUESTION.text, "v2", 2), 1)):
        ledger.send(sent)
        ledger.acknowledge(sent.client_id, seq, 0.1)
    ledger.compare([GREETING, QUESTION, ANSWER, other], [])
    assert dict(+ledger.found) == {}


def test_a_gap_in_the_numbers_is_seen() -> None:
    late = Stored(1, 4, "ai", "Two days.", None, 2)
    assert found(GREETING, QUESTION, late, ending=Ending(1, "ai", 4, 2, 2)) == {"gaps": 1}


def test_a_question_that_the_ai_forgot_is_seen() -> None:
    assert found(GREETING, QUESTION, ending=Ending(1, "ai", 2, 2, 0)) == {"unanswered": 1}


def test_an_ai_that_talks_over_a_person_is_seen() -> None:
    answer = Stored(1, 4, "ai", "Two days.", None, 2)
    assert found(GREETING, QUESTION, PERSON, answer, ending=Ending(1, "agent", 4, 2, 2)) == {"talked_over": 1}


def test_the_demo_shops_past_is_nobodys_promise() -> None:
    past = [Stored(9, 1, "agent", "Done.", None, None), Stored(9, 2, "ai", "Noted.", None, None)]
    ledger = Ledger()
    ledger.compare(past, [Ending(9, "none", 2, 0, 0)])
    assert +ledger.found == {}
