"""Hand-to-human conditions as managers write them."""

import pytest

from cs_platform.handoff import Known, parse_handoff
from routing.conditions import wants_person


@pytest.mark.parametrize("text", ["always", "总是", "Always.", "转人工", "备注\n总是"])
def test_always(text: str) -> None:
    assert wants_person(text, Known("anything"))


@pytest.mark.parametrize("text", ["words: broken, allergy", "包含：broken、allergy", "关键词: Broken|allergy"])
def test_words(text: str) -> None:
    assert wants_person(text, Known("My cup is BROKEN"))
    assert not wants_person(text, Known("My cup is fine"))


@pytest.mark.parametrize("text", ["", "customer is angry", "金额大时先看看"])
def test_any_other_text_is_a_note(text: str) -> None:
    assert not parse_handoff(text).is_executable
    assert not wants_person(text, Known("customer is angry"))
