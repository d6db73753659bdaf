"""Pending knowledge: questions come in from six signals, and managers turn groups of them into entries."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.jobs import enqueue
from cs_platform.masking import hide_personal
from cs_platform.models import User
from cs_platform.text import clean_question, phrase_key
from kb.models import Entry, Gap, GapQuestion
from kb.models.gap import QUESTION_CHARACTERS_MAX
from kb.services.entries import find_same_question, has_only_samples, save_entry
from kb.services.foresight import tried_ahead
from kb.services.gap_groups import group_gaps, lock_gaps, recount
from kb.services.phrasings import join_phrasings

Source = GapQuestion.Source

WEIGHTS = {
    Source.MISS: 1,
    Source.UNSURE: 1,
    Source.REPEAT: 1,
    Source.EDITED_SUGGESTION: 1,
    Source.HANDOFF: 2,
    Source.LOW_RATING: 2,
    Source.WRONG_REPLY: 3,
}
VARIANTS_MAX = 20
ANSWERED_WITHIN = timedelta(days=2)
_KEY_CHARACTERS = 64
_ANSWER_CHARACTERS_MIN = 8  # "好的" is no knowledge
_SMALL_TALK_MAX = 40
_SMALL_TALK = re.compile(
    r"有什么可以|有什么能|请问|稍等|稍候|正在.{0,4}查|马上.{0,4}查|这边帮您|帮您看|我是.{0,8}(?:客服|专员)|很高兴为|在的"
)


def record_gap(
    question: str,
    *,
    source: str,
    reference: str,
    answer: str = "",
    conversation_id: int | None = None,
    entry_id: int | None = None,
    asked_at: datetime | None = None,
) -> Gap | None:
    """Keep a question that the AI could not answer well; None when there are no words in it.

    The same `reference` of one source counts once, however often it is told; a right answer that comes later is
    kept with it. Questions that read the same join their group at once, those that mean the same a moment later.
    """
    key = gap_key(question)
    if not key:
        return None
    text = hide_personal(clean_question(question)).rstrip(" ?!？！")[:QUESTION_CHARACTERS_MAX]
    asked = GapQuestion(
        text=text,
        key=key,
        source=Source(source),
        reference=reference,
        conversation_number=conversation_id,
        weight=WEIGHTS[Source(source)],
        answer=hide_personal(answer.strip()),
        entry_id=entry_id,
        asked_at=asked_at or timezone.now(),
    )
    try:
        with transaction.atomic():
            return _known(asked) or _add(asked)
    except IntegrityError:  # a twin of this very request was first
        return _known(asked)


def note_answer(conversation_id: int, text: str, *, at: datetime | None = None) -> int:
    """An agent wrote in this conversation: where a question of it has no right answer yet, this is it."""
    at = at or timezone.now()
    unanswered = GapQuestion.objects.filter(
        conversation_number=conversation_id, answer="", asked_at__gt=at - ANSWERED_WITHIN, asked_at__lte=at
    )
    if not is_answer(text) or not unanswered.exists():
        return 0
    return unanswered.update(answer=hide_personal(text.strip()))


def is_answer(text: str) -> bool:
    """Whether an agent's message says something, or only greets and asks to wait."""
    length = len(text.strip())
    return length > _SMALL_TALK_MAX or (length >= _ANSWER_CHARACTERS_MIN and not _SMALL_TALK.search(text))


def draft_entry(gap: Gap, *, by: User | None, answer: str = "") -> Entry:
    """An entry made of the group: its phrasings, and the answer chosen, or what agents answered last.

    One that exists already is completed.
    """
    with transaction.atomic():
        if (same := find_same_question(gap.question)) is not None:
            return add_to_entry(gap, same, by=by)
        entry = Entry(
            question=gap.question,
            variants="\n".join(phrasings_of(gap)[1 : VARIANTS_MAX + 1]),
            answer=answer or right_answer_of(gap),
            category=gap.category,
            is_sample=has_only_samples(),
        )
        save_entry(entry, by=by)
        link_entry(gap, entry)
    return entry


@tried_ahead
def add_to_entry(gap: Gap, entry: Entry, *, by: User | None) -> Entry:
    """The group means what an entry already answers: its phrasings join that entry's.

    Raises ValidationError for an entry that is found by patterns.
    """
    with transaction.atomic():
        join_phrasings(entry, phrasings_of(gap)[:VARIANTS_MAX], by=by)
        link_entry(gap, entry)
    return entry


def ignore_gaps(gaps: Iterable[Gap]) -> int:
    """Nothing for the knowledge base: the groups, and whatever joins them later, leave the list."""
    return Gap.objects.filter(pk__in=[gap.pk for gap in gaps]).update(status=Gap.Status.IGNORED, resolved_at=None)


def reopen_gaps(gaps: Iterable[Gap]) -> int:
    """Back on the list."""
    closed = Gap.objects.filter(pk__in=[gap.pk for gap in gaps]).exclude(status=Gap.Status.OPEN)
    return closed.update(status=Gap.Status.OPEN, resolved_at=None, reopened_at=timezone.now())


def split_question(question: GapQuestion) -> Gap:
    """This wording means something else: it and its equals become a group of their own, for good."""
    with transaction.atomic():
        gap = lock_gaps(question.gap_id)[0]
        same = gap.questions.filter(key=question.key)
        if same.count() == gap.questions.count():
            raise ValidationError(_("There is only this one wording in the group."))
        own = Gap.objects.create(
            question=question.text,
            category=gap.category,
            is_settled=True,
            first_asked_at=question.asked_at,
            last_asked_at=question.asked_at,
        )
        same.update(gap=own)
        recount(gap)
        recount(own)
    return own


def link_entry(gap: Gap, entry: Entry) -> None:
    """This entry is meant to answer the group: resolved when customers see it, drafted until then."""
    is_published = entry.status == Entry.Status.PUBLISHED
    gap.entry = entry
    gap.status = Gap.Status.RESOLVED if is_published else Gap.Status.DRAFTED
    gap.resolved_at = timezone.now() if is_published else None
    gap.save(update_fields=["entry", "status", "resolved_at"])


def phrasings_of(gap: Gap) -> list[str]:
    """Every wording once, the standard one first, then the most frequent."""
    counts: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for key, text in gap.questions.order_by("asked_at", "pk").values_list("key", "text"):
        counts[key] += 1
        texts.setdefault(key, text)
    ordered = [texts[key] for key, _count in counts.most_common()]
    return [gap.question, *(text for text in ordered if text != gap.question)]


def right_answer_of(gap: Gap) -> str:
    """What agents answered: first of all where they corrected the AI, else what was said latest."""
    answered = gap.questions.with_answer()
    explicit = Case(When(source=Source.WRONG_REPLY, then=Value(0)), default=Value(1))
    return answered.order_by(explicit, "-asked_at", "-pk").values_list("answer", flat=True).first() or ""


def right_answers_of(gap: Gap, limit: int = 5) -> list[tuple[str, int]]:
    """What agents answered, each once with how often, the most frequent first."""
    counts = Counter(gap.questions.with_answer().order_by("-asked_at", "-pk").values_list("answer", flat=True))
    return counts.most_common(limit)


def gap_key(question: str) -> str:
    """Two questions with the same key read the same; empty for a text without words."""
    return phrase_key(hide_personal(clean_question(question)))[:_KEY_CHARACTERS]


def _known(asked: GapQuestion) -> Gap | None:
    """The group of a question that was told before; an answer that comes late is added."""
    known = GapQuestion.objects.filter(source=asked.source, reference=asked.reference).select_related("gap").first()
    if known is None:
        return None
    if asked.answer and asked.answer != known.answer:
        GapQuestion.objects.filter(pk=known.pk).update(answer=asked.answer)
    return known.gap


def _add(asked: GapQuestion) -> Gap:
    gap = _group_reading_the_same(asked.key)
    if gap is None:
        gap = Gap.objects.create(
            question=asked.text,
            count=1,
            weight=asked.weight,
            first_asked_at=asked.asked_at,
            last_asked_at=asked.asked_at,
        )
        enqueue(group_gaps)
    else:
        _count_in(gap, asked)
    asked.gap = gap
    asked.save()
    return gap


def _group_reading_the_same(key: str) -> Gap | None:
    """Locked, so that nobody merges it away before the question is in it."""
    gap_id = GapQuestion.objects.filter(key=key).order_by("gap_id").values_list("gap_id", flat=True).first()
    return next(iter(lock_gaps(gap_id)), None) if gap_id else None


def _count_in(gap: Gap, asked: GapQuestion) -> None:
    """One more; a resolved group that is asked again was not resolved after all."""
    again = Q(status=Gap.Status.RESOLVED, resolved_at__lt=asked.asked_at)
    Gap.objects.filter(pk=gap.pk).update(
        count=F("count") + 1,
        weight=F("weight") + asked.weight,
        last_asked_at=max(gap.last_asked_at, asked.asked_at),
        status=Case(When(again, then=Value(Gap.Status.OPEN)), default=F("status")),
        reopened_at=Case(When(again, then=Value(asked.asked_at)), default=F("reopened_at")),
    )
    gap.refresh_from_db()
