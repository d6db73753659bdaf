"""What keeps a decision tree from being published."""

import pytest

import conversations.flow_actions  # noqa: F401 - what trees can do
from kb.flow_checks import check_tree
from kb.flow_tree import Option, Step, Tree
from tests.kb.trees import ask, condition, end, returning, say


def choose(*options: Option) -> Step:
    return Step("c", "choose", "哪个？", options=options)


def problems(*steps: Step) -> list[tuple[str, str]]:
    return [(problem.step, problem.message) for problem in check_tree(Tree("x", steps))]


def test_a_sound_tree_has_none() -> None:
    assert check_tree(returning()) == []


@pytest.mark.parametrize(
    ("steps", "step", "words"),
    [
        ((), "", "至少要有一步"),
        ((say("a", "好", ""),), "a", "下一步"),
        ((say("a", "", "end"), end()), "a", "说什么"),
        ((say("a", "好", "b"), end()), "a", "没有“b”"),
        ((end(), say("a", "好", "end")), "a", "没有哪一步会走到"),
        ((ask("a", "?", "", "end"), end()), "a", "起个名字"),
        ((choose(Option("end", "一")), end()), "c", "两个选项"),
        ((choose(Option("end", "一"), Option("", "二")), end()), "c", "“二”"),
        ((choose(Option("end", "一"), Option("end", "一")), end()), "c", "都是“一”"),
        ((condition("a", "moon", (("is", "x", "end"),), "end"), end()), "a", "moon"),
        ((condition("a", "order_status", (("is", "x", "end"),), "end"), end()), "a", "不会出现"),
        ((condition("a", "days_since_signed", (("at_most", "七", "end"),), "end"), end()), "a", "不是数字"),
        ((condition("a", "order_status", (("is", "paid", "end"),), ""), end()), "a", "其他情况"),
        ((Step("a", "action", next="end", config={"action": "fly", "value": ""}), end()), "a", "操作"),
        ((Step("a", "action", next="end", config={"action": "make_ticket", "value": ""}), end()), "a", "工单类型"),
        ((say("a", "编号 {别的}", "end"), end()), "a", "{别的}"),
        ((say("a", "一", "b"), say("b", "二", "a")), "a", "绕成了一圈"),
        ((ask("a", "一", "v", "b"), ask("b", "二", "w", "a")), "a", "走不到结束"),
    ],
)
def test_what_is_to_be_mended_is_said_at_its_step(steps: tuple[Step, ...], step: str, words: str) -> None:
    found = problems(*steps)
    assert any(where == step and words in message for where, message in found), found


def test_a_circle_with_a_question_in_it_is_fine() -> None:
    assert problems(choose(Option("c", "再来"), Option("end", "好了")), end()) == []
