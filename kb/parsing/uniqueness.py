"""No two suggested questions of one document are alike. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from cs_platform.text import normalise
from kb.parsing.blocks import Passage
from kb.parsing.questions import names_topic

QUESTION, ANSWER, CATEGORY, RELATED = "question", "answer", "category", "related"


def tell_apart(passages: Sequence[Passage]) -> list[Passage]:
    """The passages, each suggested question different from all others.

    A heading that stands in several chapters is told apart by its chapter, a part of a long section by its number;
    each part leads to the next. A question that its author wrote twice with the same answer counts once.
    """
    distinct = _without_repeats(passages)
    named = _with_chapters(distinct)
    return _with_numbers(named)


def _without_repeats(passages: Sequence[Passage]) -> list[Passage]:
    seen: set[tuple[str, str]] = set()
    kept = []
    for passage in passages:
        key = (_key(passage), passage.cells.get(ANSWER, "").strip())
        if passage.is_suggested or key not in seen or not all(key):
            kept.append(passage)
        seen.add(key)
    return kept


def _with_chapters(passages: Sequence[Passage]) -> list[Passage]:
    chapters: dict[str, set[str]] = {}
    for passage in passages:
        chapters.setdefault(_key(passage), set()).add(passage.cells.get(CATEGORY, ""))
    return [
        _asking(passage, _with_chapter(passage))
        if passage.is_suggested and len(chapters[_key(passage)]) > 1
        else passage
        for passage in passages
    ]


def _with_chapter(passage: Passage) -> str:
    chapter = passage.cells.get(CATEGORY, "").rpartition("/")[2]
    question = passage.cells[QUESTION]
    if not chapter or question.startswith(chapter):
        return question
    return f"{chapter}的{question}" if names_topic(question) else f"{chapter}{question}"


def _with_numbers(passages: Sequence[Passage]) -> list[Passage]:
    written = {_key(passage) for passage in passages if not passage.is_suggested}
    counts: Counter[str] = Counter()
    numbered: list[Passage] = []
    for passage in passages:
        if passage.is_suggested:
            key = _key(passage)
            before = numbered[-1] if counts[key] and numbered else None
            counts[key] += 1
            if counts[key] > 1 or key in written:
                passage = _asking(passage, f"{passage.cells[QUESTION]}（{counts[key] + (key in written)}）")
                if before is not None and before.is_suggested:
                    before.cells[RELATED] = passage.cells[QUESTION]
        numbered.append(passage)
    return numbered


def _asking(passage: Passage, question: str) -> Passage:
    return replace(passage, cells={**passage.cells, QUESTION: question})


def _key(passage: Passage) -> str:
    return normalise(passage.cells.get(QUESTION, ""))
