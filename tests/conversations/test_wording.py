"""Long texts are cut to size without losing a word or breaking a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.adapters.wording import split_text


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 20, ["short"]),
        ("", 20, []),
        ("第一句。第二句。", 15, ["第一句。", "第二句。"]),
        ("one two three", 8, ["one two", "three"]),
        ("一二三四五六", 9, ["一二三", "四五六"]),
        ("line one\nline two", 10, ["line one", "line two"]),
        ("👨‍👩‍👧👨‍👩‍👧", 20, ["👨‍👩‍👧", "👨‍👩‍👧"]),
        ("👍🏽👍🏽", 9, ["👍🏽", "👍🏽"]),
        ("🇨🇳🇯🇵", 9, ["🇨🇳", "🇯🇵"]),
    ],
)
def test_where_a_text_is_cut(text: str, limit: int, expected: list[str]) -> None:
    assert split_text(text, limit) == expected


@given(st.text(alphabet="a。，\n 中文😀e\u0301", max_size=300), st.integers(min_value=12, max_value=60))
def test_pieces_fit_and_say_everything(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert all(0 < len(piece.encode()) <= max(limit, 12) or "\u0301" in piece for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
