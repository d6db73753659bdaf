"""A model looks at what would only be offered: it may choose a stored answer, and nothing else."""

import pytest

from cs_platform.ai.llm import NoModel
from kb.judging import judge_offer
from kb.prepared import IndexedEntry
from tests.kb.test_rewriting import ScriptedModel

OFFERED = (IndexedEntry(1, ("灯泡能换吗",), "可以换。"), IndexedEntry(2, ("灯罩能换吗",), "不能换。"))


def judge(model: ScriptedModel | NoModel, seconds: float = 3.0) -> int | None:
    chosen = judge_offer("灯泡坏了换一个", OFFERED, seconds=seconds, model=model)
    return chosen.id if chosen else None


@pytest.mark.parametrize(("said", "chosen"), [("1", 1), (" [2]。", 2), ("0", None), ("3", None)])
def test_a_number_chooses(said: str, chosen: int | None) -> None:
    assert judge(ScriptedModel(said)) == chosen


@pytest.mark.parametrize("said", ["第1条回答了", "1 或 2", "是", "<html>502</html>", "12", "价格是 99 元"])
def test_anything_else_is_a_no(said: str) -> None:
    assert judge(ScriptedModel(said)) is None


@pytest.mark.parametrize(("end", "chosen"), [("", 1), ("x", None)])
def test_no_length_of_blanks_holds_it_up(end: str, chosen: int | None) -> None:
    blanks = " " * 200_000
    assert judge(ScriptedModel(f"{blanks}[{blanks}1{blanks}]{blanks}{end}")) == chosen


def test_without_model_time_or_answer_nothing_is_chosen() -> None:
    assert (judge(NoModel()), judge(ScriptedModel("1"), 0.2), judge(ScriptedModel())) == (None, None, None)


def test_the_model_reads_no_personal_data() -> None:
    model = ScriptedModel("0")
    judge_offer("打 13812345678 找我", OFFERED, seconds=3.0, model=model)
    assert "13812345678" not in model.asked[0]
