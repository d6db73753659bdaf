"""Questions out of a spreadsheet: with the entry that must answer each, if the file says so. And back into one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from tablib import Dataset

from cs_platform.text import normalise, phrase_key
from kb.golden_askers import Askers
from kb.models import Entry, GoldenQuestion, GoldenResult
from kb.models.golden import QUESTION_CHARACTERS_MAX
from kb.readers import ReadError, read_table
from kb.rehearsal import Case, Expected
from kb.rows import split_list
from kb.search import current_index
from kb.services.entries import question_key
from kb.services.golden import golden_key
from kb.services.golden_runs import QUESTIONS_MAX

QUESTION, EXPECTED, WORDS, BLOCKING = "question", "expected", "words", "blocking"
CHANNEL, PRODUCT, STAGE = "channel", "product", "stage"
TITLES = {
    QUESTION: pgettext_lazy("column of an import file", "Question"),
    EXPECTED: pgettext_lazy("column of an import file", "Expected question or number"),
    WORDS: pgettext_lazy("column of an import file", "Words in the answer"),
    CHANNEL: pgettext_lazy("column of an import file", "Asked on the channel"),
    PRODUCT: pgettext_lazy("column of an import file", "About the product (SKU)"),
    STAGE: pgettext_lazy("column of an import file", "At the stage"),
    BLOCKING: pgettext_lazy("column of an import file", "Stops publishing"),
}
_NAMES = {
    QUESTION: ("question", "questions", "问题", "客户问题", "客户问法", "问法", "测试问题"),
    EXPECTED: (
        *("expected", "expected question or number", "entry", "期望", "期望问题", "期望的问题或编号", "期望知识点"),
        *("标准问题", "标准问", "知识点", "期望答案"),
    ),
    WORDS: ("words", "words in the answer", "must contain", "答案里要有的词", "必含", "必含词", "关键词"),
    CHANNEL: ("channel", "asked on the channel", "渠道", "提问渠道", "适用渠道"),
    PRODUCT: ("product", "sku", "about the product (sku)", "商品", "商品编码", "提问商品", "适用商品"),
    STAGE: ("stage", "at the stage", "阶段", "提问阶段", "适用阶段"),
    BLOCKING: ("blocking", "stops publishing", "拦截发布", "拦截", "是否拦截"),
}
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names}
_NOTHING = frozenset({"nothing", "none", "no answer", "不回答", "不应回答", "不该回答", "无", "转人工"})
_NO = frozenset({"no", "n", "false", "0", "否", "不", "不拦截"})


@dataclass
class FileQuestions:
    """What a file holds, or what its owner must mend: (row, text)."""

    cases: list[Case] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def read_questions(name: str, content: bytes, *, is_golden: bool = False) -> FileQuestions:
    """The questions of a workbook or CSV file; golden ones must expect something.

    Raises `ReadError` for a file that cannot be read at all.
    """
    rows = read_table(name, content)
    if not rows:
        raise ReadError(_("The file has no rows."))
    places = _places(rows[0][1])
    body = rows[1:] if places else rows
    if len(body) > QUESTIONS_MAX:
        raise ReadError(_("The file has more than %(limit)s questions. Split it.") % {"limit": QUESTIONS_MAX})
    return _understand(body, places or {QUESTION: 0, EXPECTED: 1}, is_golden=is_golden)


def questions_as_table(rows: Iterable[GoldenQuestion]) -> Dataset:
    """Golden questions in the columns that are read back."""
    dataset = Dataset(headers=[str(TITLES[column]) for column in TITLES])
    for golden in rows:
        is_nothing = golden.expectation == GoldenQuestion.Expectation.NOTHING
        expected = "不回答" if is_nothing else golden.entry.question if golden.entry else ""
        whom = (golden.channel, golden.product.sku if golden.product else "", golden.get_stage_display())
        dataset.append([golden.question, expected, golden.words, *whom, "是" if golden.is_blocking else "否"])
    return dataset


def results_as_table(rows: Iterable[GoldenResult]) -> Dataset:
    """The results of a run, a row each."""
    now = [_("Result"), _("Compared"), _("Now"), _("Knowledge entry"), _("Answer"), _("Confidence")]
    before = [_("Previously"), _("Entry before"), _("Answer before")]
    dataset = Dataset(headers=[_("Question"), _("Who asks"), _("Expected"), *now, *before])
    for row in rows:
        dataset.append(
            [
                row.question,
                row.asked_as,
                row.expected_title or row.get_expectation_display(),
                row.get_outcome_display(),
                row.get_verdict_display(),
                row.get_band_display(),
                row.title,
                row.text,
                f"{row.confidence:.2f}",
                row.get_before_band_display(),
                row.before_title,
                row.before_text,
            ]
        )
    return dataset


def _places(header: Sequence[str]) -> dict[str, int]:
    """Where the columns are; empty for a file that begins with the first question."""
    found = {_COLUMN_OF[name]: place for place, cell in enumerate(header) if (name := normalise(cell)) in _COLUMN_OF}
    return found if QUESTION in found else {}


def _understand(rows: Sequence[tuple[int, list[str]]], places: dict[str, int], *, is_golden: bool) -> FileQuestions:
    def cell(cells: list[str], column: str) -> str:
        place = places.get(column)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    found = FileQuestions()
    entries, askers = _Entries([cell(cells, EXPECTED) for _number, cells in rows]), Askers()
    first: dict[tuple[str, ...], int] = {}
    for number, cells in rows:
        question, wanted = cell(cells, QUESTION), cell(cells, EXPECTED)
        whom = tuple(cell(cells, column) for column in (CHANNEL, PRODUCT, STAGE))
        if not question and not wanted:
            continue
        entry = entries.find(wanted)
        same = first.setdefault((golden_key(question), *whom), number)
        if text := _problem(question, wanted, entry, same, number) or askers.problem(*whom):
            found.problems.append((number, text))
            continue
        words = tuple(split_list(cell(cells, WORDS)))
        expected = _expected(wanted, entry, words)
        if is_golden and not expected.kind:
            found.problems.append((number, _("Write what must happen: the entry that answers, words, or 不回答.")))
            continue
        is_blocking = normalise(cell(cells, BLOCKING)) not in _NO
        asker = askers.find(*whom)
        title = entry.question if entry else ""
        found.cases.append(
            Case(question, expected, title, is_blocking, scope=asker.scope, stance=asker.stance, asked_as=asker.words)
        )
    if not found.cases and not found.problems:
        found.problems.append((1, _("The file has a header but no rows below it.")))
    return found


def _expected(wanted: str, entry: Entry | None, words: tuple[str, ...]) -> Expected:
    if entry is not None:
        return Expected("entry", entry.pk, words)
    if normalise(wanted) in _NOTHING:
        return Expected("nothing")
    return Expected("words", None, words) if words else Expected()


def _problem(question: str, wanted: str, entry: Entry | None, first: int, number: int) -> str:
    if not golden_key(question):
        return _("There is no question in this row.")
    if len(question) > QUESTION_CHARACTERS_MAX:
        return _("A question has at most %(limit)s characters.") % {"limit": QUESTION_CHARACTERS_MAX}
    if first != number:
        return _("The same question stands in row %(row)s.") % {"row": first}
    if wanted and entry is None and normalise(wanted) not in _NOTHING:
        return _("No knowledge entry is “%(text)s”. Write its standard question or its number, or 不回答.") % {
            "text": wanted[:60]
        }
    return ""


class _Entries:
    """Entries as people name them in a file: by number, by standard question, by another phrasing."""

    def __init__(self, names: Sequence[str]) -> None:
        wanted = {name for name in names if name}
        numbers = [int(name) for name in wanted if name.isascii() and name.isdigit() and len(name) < 19]
        self._by_pk = Entry.objects.in_bulk(numbers)
        self._by_number: dict[str, Entry] = {}
        self._by_key: dict[str, Entry] = {}
        self._asked = {phrase_key(name) for name in wanted}
        for start in range(0, len(wanted), 400):
            some = sorted(wanted)[start : start + 400]
            for entry in Entry.objects.filter(external_id__in=some):
                self._by_number[entry.external_id or ""] = entry
            keys = [question_key(name) for name in some]
            for entry in Entry.objects.filter(question_key__in=keys).order_by("-status"):
                self._by_key.setdefault(entry.question_key, entry)

    def find(self, name: str) -> Entry | None:
        if not name:
            return None
        known = self._by_key.get(question_key(name)) or self._by_number.get(name)
        if known is None and name.isascii() and name.isdigit() and len(name) < 19:
            known = self._by_pk.get(int(name))
        if known is None and (same := current_index().exact(name)):
            known = Entry.objects.filter(pk=same[0].id).first()
        return known
