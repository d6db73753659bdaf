"""Messages become facts: each figure of an episode on a history that a hand can count."""

import pytest

from reports.history import read_history
from tests.reports.histories import JUN, MEI, ai, at, episode, episodes, moment, spoken, system

QUESTION = at(0, "customer", "怎么退货")


def test_a_question_and_its_answer() -> None:
    facts = episode(QUESTION, ai(2, entry_id=5, intent="return"))
    assert (facts.customer_messages, facts.ai_answers, facts.last_decision) == (1, 1, "answer")
    assert (facts.ai_turns, facts.ai_wait_ms, facts.ai_wait_max_ms) == (1, 2000, 2000)
    assert (facts.question, facts.entry_id, facts.intent) == ("怎么退货", 5, "return")
    assert (facts.first_ai_at, facts.waiting_since, facts.ended_at) == (moment(2), None, moment(2))


def test_a_greeting_is_no_reply_of_the_ai() -> None:
    facts = episode(at(0, "ai", "你好"), at(9, "customer", "怎么退货"))
    assert (facts.origin, facts.ai_messages, facts.first_ai_at, facts.ai_turns) == ("visit", 1, None, 0)
    assert (facts.opened_at, facts.began_at, facts.waiting_since) == (moment(0), moment(9), moment(9))


def test_a_chat_that_was_only_opened_is_counted_when_it_was_opened() -> None:
    facts = episode(at(3, "ai", "你好"))
    assert (facts.origin, facts.customer_messages, facts.began_at) == ("visit", 0, moment(3))


def test_several_messages_are_one_wait_from_the_first_on() -> None:
    facts = episode(QUESTION, at(1, "customer", "杯子碎了"), ai(4))
    assert (facts.customer_messages, facts.ai_turns, facts.ai_wait_ms) == (2, 1, 4000)


def test_small_talk_is_a_reply_but_no_answer() -> None:
    facts = episode(at(0, "customer", "在吗"), ai(1, reason="small talk"))
    assert (facts.ai_turns, facts.ai_answers, facts.last_decision) == (1, 0, "")


def test_the_question_is_the_first_that_asks_something() -> None:
    facts = episode(at(0, "customer", "你好"), at(1, "customer", "转人工"), at(2, "customer", "杯子碎了怎么办"))
    assert facts.question == "杯子碎了怎么办"


def test_misses_and_questions_back_are_told_apart() -> None:
    facts = episode(QUESTION, ai(1, "clarify"), at(2, "customer", "b"), ai(3, "unknown"))
    assert (facts.ai_clarifies, facts.ai_unknowns, facts.last_decision) == (1, 1, "unknown")


def test_thanks_after_an_answer_confirm_it() -> None:
    assert episode(QUESTION, ai(1), at(5, "customer", "好的谢谢")).confirmed_at == moment(5)


def test_another_question_takes_the_thanks_back() -> None:
    facts = episode(QUESTION, ai(1), at(5, "customer", "谢谢"), at(9, "customer", "那运费谁出"))
    assert facts.confirmed_at is None


def test_thanks_after_a_miss_confirm_nothing() -> None:
    assert episode(QUESTION, ai(1, "unknown"), at(5, "customer", "谢谢")).confirmed_at is None


HANDED = (
    QUESTION,
    system(1, "handoff", reason="customer_request"),
    system(21, "takeover", author_id=MEI),
    at(31, "agent", "您好", author_id=MEI),
)


def test_a_person_is_called_joins_and_replies() -> None:
    facts = episode(*HANDED)
    assert (facts.handoff_at, facts.handoff_reason, facts.queued_at) == (moment(1), "customer_request", moment(1))
    assert (facts.joined_at, facts.first_human_at, facts.first_human_wait_ms) == (moment(21), moment(31), 30_000)
    assert (facts.human_turns, facts.human_wait_ms) == (1, 31_000)
    assert (facts.human_turns_30s, facts.human_turns_180s, facts.agent_id) == (0, 1, MEI)


def test_the_first_call_for_a_person_is_the_one_that_counts() -> None:
    facts = episode(*HANDED, system(40, "handoff", reason="agent_release", author_id=MEI))
    assert (facts.handoff_at, facts.handoff_reason, facts.queued_at) == (moment(1), "customer_request", moment(40))


def test_a_takeover_without_a_call() -> None:
    facts = episode(QUESTION, ai(1), system(5, "takeover", author_id=MEI), at(8, "agent", "x", author_id=MEI))
    assert (facts.handoff_at, facts.handoff_reason, facts.human_turns) == (None, "agent_takeover", 0)
    assert facts.first_human_wait_ms == 3000


def test_a_persons_time_ends_with_the_last_word_not_with_a_late_closing() -> None:
    facts = episode(*HANDED, at(100, "customer", "好"), system(2000, "close", author_id=MEI))
    assert facts.handle_seconds == 100 - 21
    assert (facts.closed_at, facts.ended_at, facts.waiting_since) == (moment(2000), moment(2000), None)


def test_time_with_the_ai_in_between_is_no_persons_time() -> None:
    back = (system(41, "give_back", author_id=MEI), at(50, "customer", "b"), ai(51))
    again = (system(100, "takeover", author_id=MEI), at(110, "agent", "x", author_id=MEI))
    assert episode(*HANDED, *back, *again).handle_seconds == (31 - 21) + (110 - 100)


def test_a_transfer_makes_two_parts() -> None:
    moved = (system(40, "transfer", author_id=MEI, agent_id=JUN), at(45, "customer", "?"))
    facts = episode(*HANDED, *moved, at(50, "agent", "x", author_id=JUN))
    mei, jun = facts.parts[MEI], facts.parts[JUN]
    assert (mei.replies, mei.turns, mei.first_wait_ms, mei.is_last) == (1, 1, 31_000, False)
    assert (jun.replies, jun.turns, jun.wait_ms, jun.turns_30s, jun.is_last) == (1, 1, 5000, 1, True)
    assert (mei.handle_seconds, jun.handle_seconds, facts.agent_id) == (10, 10, JUN)


def test_a_closed_chat_opens_anew_with_the_next_question() -> None:
    first, second = episodes(QUESTION, ai(1), system(60, "close"), at(3660, "customer", "还有问题"), ai(3661))
    assert (first.start_seq, first.last_seq, second.start_seq, second.last_seq) == (0, 3, 3, 5)
    assert (first.next_customer_at, first.back_after_seconds) == (moment(3660), 3600)
    assert (second.origin, second.next_customer_at) == ("customer", None)


def test_what_the_shop_says_unasked_after_the_closing_is_an_episode_of_its_own() -> None:
    first, second = episodes(QUESTION, ai(1), system(60, "close"), at(9000, "ai", "新品上架", decision="broadcast"))
    assert (first.next_customer_at, second.origin, second.customer_messages) == (None, "proactive", 0)


def test_a_system_line_after_the_closing_opens_nothing() -> None:
    assert len(episodes(QUESTION, ai(1), system(60, "close"), system(70, "rated"))) == 1


def test_what_is_left_without_a_reply_is_known() -> None:
    facts = episode(QUESTION, ai(1), at(60, "customer", "运费谁出"), system(3600, "close", reason="idle"))
    assert (facts.waiting_since, facts.close_reason) == (moment(60), "idle")


def test_a_reading_can_go_on_from_a_later_episode() -> None:
    lines = (QUESTION, ai(1), system(60, "close"), at(3660, "customer", "b"), ai(3661))
    assert read_history(spoken(lines)[3:], 3) == episodes(*lines)[1:]


def test_who_was_given_the_chat_joins_with_the_first_word() -> None:
    given = (QUESTION, system(1, "handoff", reason="vip"), system(2, "takeover", reason="assigned", author_id=MEI))
    assert episode(*given).joined_at is None
    assert episode(*given, at(9, "agent", "您好", author_id=MEI)).joined_at == moment(9)


@pytest.mark.parametrize(("reason", "at"), [("left_message", 9), ("waited_in_vain", 9), ("idle", None)])
def test_a_chat_that_ends_as_a_ticket_became_one(reason: str, at: int | None) -> None:
    ended = episode(QUESTION, system(2, "handoff"), system(9, "close", reason=reason))
    assert ended.ticket_at == (at and moment(at))


def test_a_ticket_that_is_made_in_the_chat_is_known_and_a_later_one_is_not() -> None:
    assert episode(QUESTION, ai(1), system(5, "ticket"), system(6, "close")).ticket_at == moment(5)
    assert episode(QUESTION, ai(1), system(5, "close"), system(9, "ticket")).ticket_at is None


CLOSED = (QUESTION, ai(1), system(60, "close"))


def test_a_broadcast_to_a_closed_chat_is_an_episode_that_only_the_shop_wrote() -> None:
    _, second = episodes(*CLOSED, system(9000, "broadcast"), system(9900, "broadcast"))
    assert (second.origin, second.customer_messages, second.last_seq) == ("proactive", 0, 5)


def test_where_a_parcel_is_opens_nothing() -> None:
    assert len(episodes(*CLOSED, system(9000, "order_notice"))) == 1


def test_an_answered_broadcast_is_one_episode_with_its_answer() -> None:
    _, second = episodes(*CLOSED, system(9000, "broadcast"), at(9060, "customer", "还有货吗"), ai(9061))
    assert (second.origin, second.customer_messages, second.ai_answers) == ("proactive", 1, 1)


def test_an_agent_who_opens_a_closed_chat_again_takes_nothing_over() -> None:
    opened = (system(9000, "takeover", author_id=MEI), at(9010, "agent", "您的工单好了", author_id=MEI))
    _, second = episodes(*CLOSED, *opened)
    assert (second.origin, second.handoff_reason, second.agent_messages) == ("proactive", "reopened", 1)


def test_a_program_of_the_shop_is_no_person() -> None:
    facts = episode(QUESTION, ai(1), at(9, "agent", "已发货", decision="program", author_id=MEI))
    assert (facts.agent_messages, facts.joined_at, facts.ai_messages, facts.parts) == (0, None, 2, {})
