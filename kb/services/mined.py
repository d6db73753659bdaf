"""Decisions on frequent questions of the history: accept, merge, reject. Each is decided once, whoever is faster."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.models import User
from cs_platform.text import phrase_key
from kb.mining.privacy import mask
from kb.models import Category, Entry, HistoryQuestion, MinedQuestion
from kb.services.entries import has_only_samples, publish_entries, require_publisher, save_entry
from kb.services.foresight import tried_ahead
from kb.services.history_groups import count_groups, lock_groups
from kb.services.locks import lock_entries
from kb.services.phrasings import join_phrasings

Status = MinedQuestion.Status


class AlreadyDecided(Exception):
    """Somebody else was faster."""


@tried_ahead
def accept_question(
    mined: MinedQuestion,
    *,
    question: str,
    answer: str,
    by: User,
    phrasings: Iterable[str] = (),
    category: Category | None = None,
    publish: bool = False,
) -> Entry:
    """Make an entry of it, as edited: a draft, or published. Raises AlreadyDecided, and ValidationError for bad fields.

    A question that an entry has already is refused by name; its phrasings can be added there instead.
    """
    if publish:
        require_publisher(by)
    entry = Entry(
        question=question.strip(),
        variants="\n".join(_others(question, phrasings)),
        answer=answer.strip(),
        category=category,
        status=Entry.Status.PUBLISHED if publish else Entry.Status.DRAFT,
        is_sample=has_only_samples(),
    )
    with transaction.atomic():
        if publish:
            lock_entries()
        _decide(mined, Status.ACCEPTED, by)
        save_entry(entry, by=by)
        MinedQuestion.objects.filter(pk=mined.pk).update(entry=entry)
    mined.refresh_from_db()
    return entry


@tried_ahead
def accept_as_found(questions: Iterable[MinedQuestion], *, by: User, publish: bool = False) -> tuple[int, int]:
    """Accept many without a change; how many became entries, and how many could not (no answer, known, decided).

    Those to publish are published together, after one look at the golden questions: raises `PublishBlocked`, and then
    none of them is accepted.
    """
    if publish:
        require_publisher(by)
    with transaction.atomic():
        if publish:
            lock_entries()
        made = [_accept_one(mined, by) for mined in questions]
        entries = [entry for entry in made if entry is not None]
        if publish:
            publish_entries(entries, by=by)
    return len(entries), len(made) - len(entries)


def _accept_one(mined: MinedQuestion, by: User) -> Entry | None:
    """A draft as it was found; None when it cannot be one."""
    if not mined.answer.strip():
        return None
    try:
        return accept_question(
            mined,
            question=mined.question,
            answer=mined.answer,
            by=by,
            phrasings=mined.phrasing_list,
            category=mined.category,
        )
    except (AlreadyDecided, ValidationError):
        return None


def merge_into_question(mined: MinedQuestion, target: MinedQuestion, *, by: User) -> MinedQuestion:
    """Both ask the same: everything asked counts for the other one from now on, with its wording as a phrasing."""
    if mined.pk == target.pk:
        raise ValidationError(_("Choose another question to merge it into."))
    with transaction.atomic():
        locked = lock_groups(mined.pk, target.pk).get(target.pk)
        _decide(mined, Status.MERGED, by, merged_into=target)
        if locked is None or locked.status != Status.PENDING:
            raise ValidationError(_("“%(question)s” was decided meanwhile. Choose another one.") % {"question": target})
        HistoryQuestion.objects.filter(group=mined).update(group=target)
        locked.phrasings = "\n".join(
            _others(locked.question, (*locked.phrasing_list, mined.question, *mined.phrasing_list))
        )
        locked.answers = _joined_answers(locked.answers, mined.answers)
        locked.answer = locked.answer or mined.answer
        locked.save(update_fields=["phrasings", "answers", "answer"])
        count_groups([mined.pk, target.pk])
        target.refresh_from_db()
        MinedQuestion.objects.filter(pk=target.pk).update(drafted_count=target.count)  # edited by hand: no new draft
    return target


@tried_ahead
def merge_into_entry(mined: MinedQuestion, entry: Entry, *, by: User) -> Entry:
    """An entry answers it already: its wordings become phrasings of that entry. Published ones managers change only.

    Raises ValidationError for an entry that is gone or is found by patterns.
    """
    with transaction.atomic():
        locked = lock_entries(entry.pk)  # before the question points to it: that, too, holds on to the entry
        if entry.pk not in locked:
            raise ValidationError(_("This entry does not exist any more."))
        _decide(mined, Status.MERGED, by, entry=entry)
        join_phrasings(locked[entry.pk], (mined.question, *mined.phrasing_list), by=by)
    return locked[entry.pk]


def reject_questions(questions: Iterable[MinedQuestion], *, by: User) -> int:
    """Nothing for the knowledge: they do not come again with the next import. How many were still undecided."""
    pending = MinedQuestion.objects.filter(pk__in=[one.pk for one in questions], status=Status.PENDING)
    return pending.update(status=Status.REJECTED, reviewed_by=by, reviewed_at=timezone.now())


def reopen_questions(questions: Iterable[MinedQuestion]) -> int:
    """Rejected ones come back on the list."""
    rejected = MinedQuestion.objects.filter(pk__in=[one.pk for one in questions], status=Status.REJECTED)
    return rejected.update(status=Status.PENDING, reviewed_by=None, reviewed_at=None)


def _decide(mined: MinedQuestion, status: str, by: User, **fields: Any) -> None:
    """The one decision: a conditional update that changes exactly one row, or somebody else was faster."""
    pending = MinedQuestion.objects.filter(pk=mined.pk, status=Status.PENDING)
    if pending.update(status=status, reviewed_by=by, reviewed_at=timezone.now(), **fields) != 1:
        raise AlreadyDecided


def _others(question: str, phrasings: Iterable[str]) -> list[str]:
    """Every other wording once, masked."""
    seen = {phrase_key(question)}
    kept = []
    for text in (mask(text.strip()) for text in phrasings):
        if (key := phrase_key(text)) and key not in seen:
            seen.add(key)
            kept.append(text)
    return kept


def _joined_answers(one: Sequence[Sequence[Any]], other: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Pairs of text and count of two groups, the most frequent first."""
    counts: dict[str, int] = {}
    for text, count in (*one, *other):
        counts[str(text)] = counts.get(str(text), 0) + int(count)
    return [[text, count] for text, count in sorted(counts.items(), key=lambda pair: -pair[1])]
