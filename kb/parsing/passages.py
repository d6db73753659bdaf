"""Blocks of a document → passages: its questions with their answers, its tables, and its policies in portions. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kb.parsing.blocks import Block, Passage
from kb.parsing.contents import without_contents
from kb.parsing.headings import find_headings
from kb.parsing.numbering import is_numbered, strip_numbering
from kb.parsing.portions import Portion, opening, split_portions
from kb.parsing.questions import answered, asked, is_question, split_answer, split_question, suggest_question
from kb.parsing.sections import Section, category_of, split_sections
from kb.parsing.tables import read_template, table_text
from kb.parsing.uniqueness import tell_apart

QUESTION, ANSWER, CATEGORY, RELATED = "question", "answer", "category", "related"
_PROSE_CHARACTERS_MIN = 6


def find_passages(blocks: Sequence[Block], *, headers: Mapping[str, str]) -> list[Passage]:
    """All that a document says, entry by entry; `headers` are the names of columns that make a table one of entries."""
    marked = find_headings(without_contents(blocks))
    title = next((block.text for block in marked if block.is_title), "")
    found: list[Passage] = []
    for section in split_sections(marked):
        found += _Reader(section, title, headers).passages()
    return tell_apart(found)


@dataclass
class _Asked:
    """A question whose answer is being collected."""

    place: int
    question: str
    answer: list[str] = field(default_factory=list)


class _Reader:
    """Goes through one section from top to bottom."""

    def __init__(self, section: Section, title: str, headers: Mapping[str, str]) -> None:
        self._section, self._title, self._headers = section, title, headers
        self._has_marks = any(asked(block.text) for block in section.blocks)
        self._open: _Asked | None = None
        self._prose: list[Portion] = []
        self._found: list[Passage] = []

    def passages(self) -> list[Passage]:
        own = self._section.headings[-1:]
        if own and not self._has_marks and is_question(strip_numbering(own[0])):
            return self._answer_of_heading(strip_numbering(own[0]))
        for at, block in enumerate(self._section.blocks):
            self._read(block, self._section.blocks[at + 1 : at + 2])
        self._close()
        return [*self._policy(), *self._found]

    def _read(self, block: Block, following: Sequence[Block]) -> None:
        if block.table:
            self._read_table(block)
        elif self._has_marks:
            self._read_marked(block)
        else:
            self._read_unmarked(block, following)

    def _read_table(self, block: Block) -> None:
        rows = read_template(block, self._headers)
        if not rows:
            self._add(block.place, table_text(block.table))
            return
        self._close()
        for place, cells in rows:
            if CATEGORY not in cells and (path := category_of(self._section.headings)):
                cells[CATEGORY] = path
            self._found.append(Passage(place, cells))

    def _read_marked(self, block: Block) -> None:
        if (question := asked(block.text)) is not None:
            self._close()
            question, answer = split_answer(question)
            self._open = _Asked(block.place, question, [answer] if answer else [])
        elif self._open and not self._open.answer:
            self._add(block.place, answered(block.text) or block.text)
        else:
            self._add(block.place, block.text)

    def _read_unmarked(self, block: Block, following: Sequence[Block]) -> None:
        has_number = is_numbered(block.text) or block.is_item
        bare = strip_numbering(block.text)
        if is_question(bare, is_numbered=has_number) and following and not self._asks(following[0]):
            self._close()
            self._open = _Asked(block.place, bare)
        elif has_number and (parts := split_question(bare)):
            self._close()
            self._open = _Asked(block.place, parts[0], [answered(parts[1]) or parts[1]])
        else:
            is_first = self._open is not None and not self._open.answer
            self._add(block.place, (is_first and answered(block.text)) or block.text)

    def _asks(self, block: Block) -> bool:
        bare = strip_numbering(block.text)
        return not block.table and is_question(bare, is_numbered=is_numbered(block.text))

    def _add(self, place: int, text: str) -> None:
        if self._open:
            self._open.answer.append(text)
        else:
            self._prose.append(Portion(place, text))

    def _close(self) -> None:
        if self._open:
            self._found.append(
                self._passage(
                    self._open.place, self._open.question, "\n".join(self._open.answer), self._section.headings
                )
            )
            self._open = None

    def _answer_of_heading(self, question: str) -> list[Passage]:
        texts = [table_text(block.table) if block.table else block.text for block in self._section.blocks]
        if not texts:
            return []
        texts[0] = answered(texts[0]) or texts[0]
        return [self._passage(self._section.place, question, "\n".join(texts), self._section.headings[:-1])]

    def _policy(self) -> Iterator[Passage]:
        if sum(len(portion.text) for portion in self._prose) < _PROSE_CHARACTERS_MIN:
            return
        headings = self._section.headings
        has_more = self._section.has_subsections or bool(self._found)
        above = headings[:-1] or (headings if has_more else ())
        for portion in split_portions(self._prose):
            topic = headings[-1] if headings else self._title or opening(portion.text)
            yield self._passage(portion.place, suggest_question(topic), portion.text, above, is_suggested=True)

    def _passage(
        self, place: int, question: str, answer: str, headings: Sequence[str], *, is_suggested: bool = False
    ) -> Passage:
        cells = {QUESTION: question, ANSWER: answer}
        if path := category_of(headings):
            cells[CATEGORY] = path
        return Passage(place, cells, is_suggested)
