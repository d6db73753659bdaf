"""Writes to golden questions: by hand, from a file, from pending knowledge, from conversations and from entries."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cs_platform.jobs import enqueue
from cs_platform.masking import hide_personal
from cs_platform.models import User
from cs_platform.text import clean_question, phrase_key
from kb.golden_answers import question_texts, store_vectors
from kb.models import Entry, Gap, GoldenQuestion, MinedQuestion
from kb.models.golden import QUESTION_CHARACTERS_MAX
from kb.rehearsal import Case
from kb.search import current_index

_KEY_CHARACTERS = 64
_VECTORS_PER_TASK = 400

Expectation = GoldenQuestion.Expectation
Source = GoldenQuestion.Source


def golden_key(question: str) -> str:
    """Two questions with the same key read the same; empty for a text without words."""
    return phrase_key(clean_question(question))[:_KEY_CHARACTERS]


def golden_scope_key(channel: str, product_id: int | None, stage: str) -> str:
    """Golden questions that read the same differ in this; empty when nothing is known of who asks."""
    return f"{channel}/{product_id or ''}/{stage}" if channel or product_id or stage else ""


def save_golden(golden: GoldenQuestion, *, by: User | None) -> GoldenQuestion:
    """Store a new or changed golden question; one that reads like another is refused."""
    with transaction.atomic():
        _write(golden, by)
        enqueue(encode_golden)
    return golden


def check_golden(golden: GoldenQuestion) -> None:
    """Raise `ValidationError`, a sentence per field, for one that expects nothing that could be checked."""
    problems: dict[str, str] = {}
    if not golden_key(golden.question):
        problems["question"] = _("A customer question is needed.")
    if golden.expectation == Expectation.ENTRY and golden.entry_id is None:
        problems["entry"] = _("Choose the entry that must answer it.")
    if golden.expectation == Expectation.WORDS and not golden.word_list:
        problems["words"] = _("Write at least one word that the answer must contain.")
    key, whom = golden_key(golden.question), golden_scope_key(golden.channel, golden.product_id, golden.stage)
    same = GoldenQuestion.objects.filter(key=key, scope_key=whom).exclude(pk=golden.pk)
    if same.exists():
        problems["question"] = _("There is a golden question already that reads like this.")
    if problems:
        raise ValidationError(problems)


def add_golden(
    question: str, *, entry: Entry | None, by: User | None, source: str = Source.HAND, is_blocking: bool = True
) -> tuple[GoldenQuestion, bool]:
    """A question with the entry that must answer it (None: it must not be answered), and whether it is new.

    For doors of other parts: a well-rated conversation, a cluster of the history. Twice is once; what somebody wrote
    by hand about the same question stays as it is.
    """
    text = hide_personal(question.strip())[:QUESTION_CHARACTERS_MAX]
    known = GoldenQuestion.objects.filter(key=golden_key(text), scope_key="").first()
    if known is not None:
        return known, False
    golden = GoldenQuestion(
        question=text,
        entry=entry,
        expectation=Expectation.ENTRY if entry else Expectation.NOTHING,
        source=source,
        is_blocking=is_blocking,
    )
    return save_golden(golden, by=by), True


def add_from_gap(gap: Gap, *, by: User | None) -> tuple[GoldenQuestion, bool]:
    """Customers asked this in vain; now that an entry answers it, that shall stay so."""
    if gap.entry is None or gap.status != Gap.Status.RESOLVED:
        raise ValidationError(_("Publish the entry first: only what is answered can be kept so."))
    return add_golden(gap.question, entry=gap.entry, by=by, source=Source.GAP)


def add_from_entry(entry: Entry, *, by: User | None) -> int:
    """An entry's own phrasings become golden questions; returns how many are new."""
    asked = entry.phrasings[:1] if entry.match_mode == Entry.MatchMode.PATTERN else entry.phrasings
    return sum(add_golden(text, entry=entry, by=by)[1] for text in asked if golden_key(text))


def add_from_history(questions: Iterable[MinedQuestion], *, by: User | None) -> tuple[int, int]:
    """Frequent questions of imported conversations: how many became golden, and how many nothing published answers."""
    added = left = 0
    for mined in questions:
        if mined.entry is None or mined.entry.status != Entry.Status.PUBLISHED:
            left += 1
        else:
            added += add_golden(mined.question, entry=mined.entry, by=by, source=Source.HISTORY)[1]
    return added, left


def store_cases(cases: Iterable[Case], *, by: User | None) -> tuple[int, int]:
    """Golden questions out of a file: (added, changed). One that reads the same is changed, the others stay."""
    added = changed = 0
    with transaction.atomic():
        known = {(golden.key, golden.scope_key): golden for golden in GoldenQuestion.objects.all()}
        for case in cases:
            product_id, scope = next(iter(case.scope.products), None), case.scope
            whom = golden_scope_key(scope.channel, product_id, scope.stage)
            golden = known.get((golden_key(case.question), whom)) or GoldenQuestion(
                question=case.question, channel=scope.channel, product_id=product_id, stage=scope.stage
            )
            before = (golden.expectation, golden.entry_id, golden.words, golden.is_blocking)
            golden.expectation = case.expected.kind or Expectation.ENTRY
            golden.entry_id, golden.is_blocking = case.expected.entry_id, case.is_blocking
            golden.words = "\n".join(case.expected.words)
            is_new = golden._state.adding
            if is_new or before != (golden.expectation, golden.entry_id, golden.words, golden.is_blocking):
                _write(golden, by)
                added, changed = added + is_new, changed + (not is_new)
        enqueue(encode_golden)
    return added, changed


def switch_golden(rows: Iterable[GoldenQuestion], *, is_active: bool) -> int:
    """Have these asked from now on, or not."""
    return GoldenQuestion.objects.filter(pk__in=[row.pk for row in rows]).update(is_active=is_active)


def encode_golden() -> int:
    """Have the vectors of golden questions ready before somebody publishes; returns how many are left."""
    questions = GoldenQuestion.objects.active().values_list("question", flat=True)
    left = store_vectors(question_texts(current_index(), questions), _VECTORS_PER_TASK)
    if left:
        enqueue(encode_golden)
    return left


def _write(golden: GoldenQuestion, by: User | None) -> None:
    golden.question = golden.question.strip()[:QUESTION_CHARACTERS_MAX]
    golden.words = "\n".join(golden.word_list)
    golden.key = golden_key(golden.question)
    golden.scope_key = golden_scope_key(golden.channel, golden.product_id, golden.stage)
    check_golden(golden)
    if golden._state.adding:
        golden.created_by = by
    try:
        with transaction.atomic():
            golden.save()
    except IntegrityError as error:
        raise ValidationError({"question": _("There is a golden question already that reads like this.")}) from error
