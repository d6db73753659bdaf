"""Walking a decision tree: what moves a walk, what does not, and where it ends."""

import pytest

from kb.flow_tree import Tree
from kb.flows import Advance, Done, Said, State, advance, ask_again, begin, rewind
from tests.kb.trees import ask, condition, end, returning

TREE = returning()


def walk(*texts: str, tree: Tree = TREE, hint: str = "") -> Advance:
    move = begin(tree, hint)
    for text in texts:
        move = advance(tree, move.state, Said(text))
    return move


def at(step: str, **answers: str) -> State:
    return State(step, answers)


def test_a_walk_stops_where_the_customer_must_answer() -> None:
    move = walk()
    assert (move.outcome, move.state.step) == ("waiting", "order")
    assert move.replies == ("好的，我来帮您退货。", "请把订单号发给我。")


def test_what_was_said_to_begin_with_answers_questions_at_once() -> None:
    move = walk(hint="我要退货，订单 20261127008812")
    assert (move.state.step, move.state.answers) == ("reason", {"订单号": "20261127008812"})
    assert [choice.label for choice in move.options] == ["质量问题", "不喜欢"]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("质量问题", "photo"),
        ("1", "photo"),
        ("第一个", "photo"),
        ("选2", "ticket"),
        ("用了一次就坏了", "photo"),
        ("就是不想要了", "ticket"),
        ("不喜欢！", "ticket"),
        ("不是质量问题，是不喜欢", "ticket"),
    ],
)
def test_an_option_is_chosen_in_the_customers_own_words(text: str, step: str) -> None:
    assert advance(TREE, at("reason"), Said(text)).state.step == step


def test_a_click_chooses_by_place() -> None:
    assert advance(TREE, at("reason"), Said("质量问题", choice=1)).state.answers == {"原因": "不喜欢"}


def test_what_is_not_understood_is_asked_once_more_and_then_a_person_goes_on() -> None:
    first = advance(TREE, at("reason"), Said("今天天气真好"))
    assert (first.outcome, first.replies) == ("unclear", ("退货原因是什么？",))
    assert advance(TREE, first.state, Said("哈哈")).outcome == "handed_over"


def test_meaning_finds_the_option_when_words_do_not() -> None:
    move = advance(TREE, at("reason"), Said("开线了"), closest=lambda text, options: 0)
    assert move.state.answers == {"原因": "质量问题"}


@pytest.mark.parametrize("text", ["取消", "算了", "算了不退了", "那就不退了吧", "先不办了", "我不用了", "没事了"])
def test_the_customer_can_stop_at_any_step(text: str) -> None:
    assert advance(TREE, at("order"), Said(text)).outcome == "cancelled"
    assert advance(TREE, at("reason"), Said(text)).outcome == "cancelled"


def test_a_picture_is_an_answer_where_one_is_asked_for() -> None:
    move = advance(TREE, at("photo"), Said("", has_photo=True))
    assert (move.outcome, move.state.answers) == ("acting", {"照片": "✓"})


def test_what_need_not_be_given_can_be_passed_over() -> None:
    assert advance(TREE, at("photo"), Said("没有照片")).state.answers == {"照片": ""}
    assert advance(TREE, at("order"), Said("没有")).outcome == "unclear"


def test_an_action_is_asked_for_and_the_walk_goes_on_when_it_is_done() -> None:
    move = advance(TREE, at("reason", 订单号="A12345"), Said("不喜欢"))
    assert move.effect is not None
    assert (move.outcome, move.effect.action, move.effect.value) == ("acting", "make_ticket", "return")
    done = advance(TREE, move.state, Done({"ticket": "T1"}, is_lasting=True))
    assert (done.outcome, done.replies) == ("finished", ("已登记，编号 T1，订单 A12345。",))


@pytest.mark.parametrize(
    ("facts", "step"),
    [({"days": 3}, "a"), ({"days": 7}, "a"), ({"days": 8}, "b"), ({}, "b"), ({"days": "五"}, "b")],
)
def test_a_condition_takes_the_first_case_that_holds_and_otherwise_the_last_way(facts: dict, step: str) -> None:
    cases = (("at_most", "7", "a"),)
    tree = Tree("x", (condition("c", "days", cases, "b"), ask("a", "?", "v", "end"), ask("b", "?", "v", "end"), end()))
    assert advance(tree, State("c", facts=facts), Said()).state.step == step


@pytest.mark.parametrize(
    ("text", "days"), [("3天", "3"), ("三天了", "3"), ("十二天", "12"), ("昨天", "1"), ("2.5", "2.5")]
)
def test_numbers_are_read_as_people_write_them(text: str, days: str) -> None:
    tree = Tree("x", (ask("n", "几天了？", "天数", "end", expects="number"), end()))
    assert advance(tree, at("n"), Said(text)).state.answers == {"天数": days}


@pytest.mark.parametrize("text", ["三百天", "一百二十天", "2万"])
def test_a_number_that_cannot_be_read_whole_is_asked_again(text: str) -> None:
    tree = Tree("x", (ask("n", "几天了？", "天数", "end", expects="number"), end()))
    assert advance(tree, at("n"), Said(text)).outcome == "unclear"


@pytest.mark.parametrize("text", ["那就" * 100 + "来", "我先" * 100, "算了" + "退货" * 100 + "吗"])
def test_words_said_again_and_again_cost_no_time(text: str) -> None:
    assert advance(TREE, at("order"), Said(text)).outcome == "unclear"


def test_an_earlier_answer_can_be_changed_until_something_lasting_was_done() -> None:
    state = walk("20261127008812", "质量问题").state
    changed = rewind(TREE, state, "reason")
    assert changed is not None
    assert (changed.step, changed.answers) == ("reason", {"订单号": "20261127008812"})
    acted = State("end", state.answers, trail=(*state.trail, "ticket"), done=("ticket",))
    assert rewind(TREE, acted, "reason") is None


def test_the_question_is_put_again_after_a_digression() -> None:
    again = ask_again(TREE, at("reason"))
    assert (again.replies, len(again.options)) == (("退货原因是什么？",), 2)


def test_a_step_that_is_gone_goes_to_a_person() -> None:
    assert advance(TREE, at("nowhere"), Said("好")).outcome == "handed_over"


def test_a_state_survives_being_kept() -> None:
    state = walk("20261127008812", "质量问题").state
    assert State.from_json(state.to_json()) == state
