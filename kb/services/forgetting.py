"""Words that name a customer leave what knowledge has learnt from that customer's conversations."""

from collections.abc import Collection
from typing import Any

from django.db.models import Model, QuerySet

from kb.models import Gap, GapQuestion, Lesson, Proposal
from kb.services.gaps import gap_key

NAMED = "[姓名]"
_WORD_CHARACTERS_MIN = 2  # a single character is in half of all sentences


def forget_words(conversation_numbers: Collection[int], words: Collection[str]) -> None:
    """Put a mark in the place of these words wherever something was learnt from these conversations."""
    wanted = sorted((word for word in set(words) if len(word) >= _WORD_CHARACTERS_MIN), key=len, reverse=True)
    questions = GapQuestion.objects.filter(conversation_number__in=conversation_numbers)
    _mask(Gap.objects.filter(questions__in=questions).distinct(), ("question",), wanted)
    _mask(questions, ("text", "answer"), wanted)
    lessons = Lesson.objects.filter(given__conversation_number__in=conversation_numbers)
    naming = [lesson.pk for lesson in lessons if _without(lesson.question, wanted) != lesson.question]
    Lesson.objects.filter(pk__in=naming).delete()  # a wording with somebody's name in it teaches nothing
    _mask(Proposal.objects.filter(conversation_number__in=conversation_numbers), ("question", "note"), wanted)


def _mask(rows: QuerySet[Any], fields: Collection[str], words: Collection[str]) -> None:
    for row in rows:
        kept = {name: _fitting(row, name, _without(getattr(row, name), words)) for name in fields}
        changed = {name: text for name, text in kept.items() if text != getattr(row, name)}
        if "text" in changed:
            changed["key"] = gap_key(changed["text"])
        if changed:
            _store(row, changed)


def _fitting(row: Model, name: str, text: str) -> str:
    """The mark may be longer than the name, and the text be as long as its column."""
    return text[: getattr(row._meta.get_field(name), "max_length", None)]


def _store(row: Model, changed: dict[str, str]) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**changed)


def _without(text: str, words: Collection[str]) -> str:
    for word in words:
        text = text.replace(word, NAMED)
    return text
