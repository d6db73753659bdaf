"""What customers taught by clicking becomes phrasings and counter-examples."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cs_platform.masking import hide_personal
from cs_platform.models import User
from cs_platform.text import clean_question, phrase_key
from kb.models import Entry, Lesson, LessonGiven
from kb.models.lesson import QUESTION_CHARACTERS_MAX
from kb.services.entries import announce_change, require_publisher
from kb.services.foresight import tried_ahead
from kb.services.locks import lock_entries
from kb.services.phrasings import add_phrasing

_KEY_CHARACTERS = 64
_LEAST_CHARACTERS = 2


def learn(question: str, *, entry_ids: Iterable[int], kind: str, conversation_id: int) -> int:
    """A customer said that a question means these entries, or none of them; returns for how many that was news.

    Told twice by one conversation it counts once. Phone numbers and the like are masked before anything is stored.
    """
    text = hide_personal(clean_question(question)).replace("\n", " ").rstrip(" ?!？！")[:QUESTION_CHARACTERS_MAX]
    key = phrase_key(text)[:_KEY_CHARACTERS]
    if len(key) < _LEAST_CHARACTERS:
        return 0
    with transaction.atomic():
        entries = Entry.objects.filter(pk__in=list(entry_ids)).order_by("pk")
        told = [_tell(entry, text, key, Lesson.Kind(kind), conversation_id) for entry in entries]
        if kind == Lesson.Kind.AGAINST and any(told):
            announce_change()
    return sum(told)


@tried_ahead
def accept_lessons(lessons: Iterable[Lesson], *, by: User) -> int:
    """A manager agrees: the question becomes a phrasing of its entry, or a counter-example for good."""
    require_publisher(by)
    with transaction.atomic():
        wanted = list(lessons)
        lock_entries(*(lesson.entry_id for lesson in wanted))
        chosen = list(_locked(wanted))
        for lesson in chosen:
            if lesson.kind == Lesson.Kind.PHRASING:
                add_phrasing(lesson.entry_id, lesson.question, by=by)
        Lesson.objects.filter(pk__in=[lesson.pk for lesson in chosen]).update(status=Lesson.Status.ACCEPTED)
        announce_change()
    return len(chosen)


def dismiss_lessons(lessons: Iterable[Lesson], *, by: User) -> int:
    """It was a misunderstanding: it counts for nothing from now on, however often it comes again."""
    require_publisher(by)
    with transaction.atomic():
        changed = Lesson.objects.filter(pk__in=[lesson.pk for lesson in lessons])
        count = changed.exclude(status=Lesson.Status.DISMISSED).update(status=Lesson.Status.DISMISSED)
        announce_change()
    return count


def _tell(entry: Entry, text: str, key: str, kind: Lesson.Kind, conversation_id: int) -> bool:
    if kind == Lesson.Kind.PHRASING and key in {phrase_key(known)[:_KEY_CHARACTERS] for known in entry.phrasings}:
        return False
    lesson, _made = Lesson.objects.get_or_create(entry=entry, kind=kind, key=key, defaults={"question": text})
    _given, is_new = LessonGiven.objects.get_or_create(lesson=lesson, conversation_number=conversation_id)
    if is_new:
        Lesson.objects.filter(pk=lesson.pk).update(count=F("count") + 1, last_at=timezone.now())
    return is_new


def _locked(lessons: Iterable[Lesson]) -> Iterable[Lesson]:
    """Those that nobody has accepted meanwhile."""
    ids = [lesson.pk for lesson in lessons]
    rows = Lesson.objects.select_for_update(of=("self",)).filter(pk__in=ids).exclude(status=Lesson.Status.ACCEPTED)
    return rows.select_related("entry").order_by("entry_id", "pk")
