"""A decision tree as an outline: what managers write in Word, read and written."""

import pytest
from django.utils import translation

import conversations.flow_actions  # noqa: F401 - what trees can do
from kb.defaults.flows import SHIPPED_FLOWS, read_shipped
from kb.flow_outline import Outline, lines_of_text, read_outline
from kb.flow_outline_text import write_outline
from kb.flow_tree import Step, Tree
from kb.flows import Said, State, advance, begin

RETURN = """流程：退货
触发：我要退货 | 怎么退货
1. 询问：请把订单号发给我。（可跳过）【订单号：订单】
2. 选择：退货的原因是？【原因】
   质量问题（坏了、破损）：
      询问：请拍张照片。【照片：照片】
   不喜欢 → 登记
[登记] 操作：创建工单（退货）
判断：订单状态 是 已发货
  是：
    结束：已登记，编号 {ticket}。
  否：
    转人工：我请同事来看。
"""


def read(text: str) -> Outline:
    return read_outline(lines_of_text(text))


def shape(tree: Tree) -> list[tuple[object, ...]]:
    """What customers go through, whatever the marks of the steps are."""
    order: dict[str, int] = {}

    def number(key: str) -> int:
        if key not in order:
            order[key] = len(order)
            for way in getattr(tree.get(key), "ways", ()):
                number(way)
        return order[key]

    def told(step: Step) -> tuple[object, ...]:
        ways = [(number(o.next), o.label, o.keywords, o.operator, o.value) for o in step.options]
        return (number(step.key), step.kind, step.text, dict(step.config), ways, step.next and number(step.next))

    return sorted((told(step) for step in tree.steps), key=lambda row: row[0])  # type: ignore[arg-type, return-value]


def test_an_outline_becomes_a_tree() -> None:
    outline = read(RETURN)
    assert outline.problems == ()
    assert (outline.tree.name, outline.phrasings) == ("退货", ("我要退货", "怎么退货"))
    assert [step.kind for step in outline.tree.steps] == [
        "ask",
        "choose",
        "ask",
        "action",
        "condition",
        "end",
        "hand_over",
    ]
    assert outline.tree.steps[0].config == {"variable": "订单号", "expects": "order", "is_optional": True}


def test_a_branch_that_does_not_end_goes_on_with_the_next_line_further_out() -> None:
    tree = read(RETURN).tree
    photo = tree.steps[2]
    assert (photo.text, photo.next) == ("请拍张照片。", "登记")
    assert [option.next for option in tree.steps[1].options] == [photo.key, "登记"]


def test_ifs_in_a_row_are_one_condition() -> None:
    outline = read(
        "流程：x\n询问：签收几天了？【天数：数字】\n如果 天数 不超过 7 → 行\n如果 天数 至少 30 → 久\n否则 → 问\n"
        "[行] 结束：可以\n[久] 结束：太久\n[问] 转人工"
    )
    assert outline.problems == ()
    state = begin(outline.tree).state
    ends = [advance(outline.tree, state, Said(text)).state.trail[-1] for text in ("3天", "31", "十天")]
    assert ends == ["行", "久", "问"]


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        ("今天天气好", 4, "开头"),
        ("操作：起飞", 4, "起飞"),
        ("→ 火星", 3, "火星"),
        ("询问：几点？【时间：钟表】", 4, "钟表"),
        ("判断：月亮 是 圆的", 4, "月亮"),
        ("告知：没有下文", 4, "下一步"),
    ],
)
def test_what_is_wrong_is_said_at_its_paragraph(line: str, number: int, words: str) -> None:
    problems = read(f"流程：x\n\n告知：你好\n{line}").problems
    assert any(problem.number == number and words in problem.message for problem in problems), problems


@pytest.mark.parametrize("file", [shipped.file for shipped in SHIPPED_FLOWS])
def test_shipped_trees_are_sound_and_survive_being_written_and_read(file: str) -> None:
    outline = read(read_shipped(file))
    assert outline.problems == ()
    again = read(write_outline(outline.tree, phrasings=("a", "b"), description="x", intent="y"))
    assert again.problems == ()
    assert (again.phrasings, again.description, again.intent) == (("a", "b"), "x", "y")
    assert shape(again.tree) == shape(outline.tree)


def test_parentheses_of_an_option_stay_its_own() -> None:
    text = "流程：x\n选择：哪种？\n  上门取件（免费）（）：\n    结束：好\n  自己寄：\n    结束：好\n"
    tree = read(text).tree
    assert (tree.steps[0].options[0].label, tree.steps[0].options[0].keywords) == ("上门取件（免费）", ())
    assert shape(read(write_outline(tree)).tree) == shape(tree)


def test_an_outline_is_the_same_in_every_language() -> None:
    with translation.override("en"):
        assert read(read_shipped("return_goods")).problems == ()


@pytest.mark.parametrize(
    "text", ["", "流程：", "：：：", "选择：", "如果", "→", "[a] [b]", "  \n\t选择：x\n      y", "判断："]
)
def test_nothing_that_a_document_may_say_breaks_it(text: str) -> None:
    assert read(text).problems
    assert State("x").step == "x"


def test_branches_within_branches_without_end_are_refused() -> None:
    rows = [f"{'  ' * depth}{'选择：哪种？' if depth % 2 == 0 else '甲：'}" for depth in range(800)]
    problems = read("流程：x\n" + "\n".join(rows)).problems
    assert any("40" in problem.message for problem in problems)


def test_an_outline_that_is_too_long_is_not_cut_unseen() -> None:
    problems = read("流程：x\n" + "告知：你好\n" * 1_000 + "结束：好").problems
    assert any(problem.number == 1_001 and "1000" in problem.message for problem in problems), problems[:3]
