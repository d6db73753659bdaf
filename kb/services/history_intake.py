"""Imports of conversations: taken in, their columns named, taken out again. The work itself is in `history_work`."""

import hashlib
import zlib
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.jobs import enqueue
from cs_platform.models import User
from kb.history_files import kind_of
from kb.mining.columns import ColumnMapping, guess
from kb.models import HistoryImport, HistoryPart, MinedQuestion
from kb.services.history_groups import count_shares
from kb.services.history_work import work_on_history

Status = HistoryImport.Status
_ROWS_GUESSED_FROM = 3_000


def start_history(*, name: str, content: bytes, by: User | None) -> HistoryImport:
    """Take a file in; a job works on it from now on. The same file again is the import that it already is.

    One that failed begins anew. Raises ReadError for a kind of file that conversations are not read from.
    """
    kind_of(name)
    digest = hashlib.sha256(content).hexdigest()
    known = HistoryImport.objects.filter(content_hash=digest).first()
    if known is not None and known.status != Status.FAILED:
        return known
    begun = {"status": Status.OPENING, "error": "", "worked_at": timezone.now(), "done": 0, "total": 0}
    try:
        with transaction.atomic():
            history, _created = HistoryImport.objects.update_or_create(
                content_hash=digest, defaults={**begun, "file_name": name[-200:], "by": by}
            )
            history.parts.all().delete()
            HistoryPart.objects.create(of=history, number=0, content=zlib.compress(content, 1))
            enqueue(work_on_history, history.pk)
    except IntegrityError:  # somebody takes it in in the same moment
        return HistoryImport.objects.get(content_hash=digest)
    return history


def name_columns(history: HistoryImport, mapping: ColumnMapping) -> bool:
    """Its columns are known now: work goes on. False when that was said already; an incomplete mapping is refused."""
    if not mapping.is_complete:
        raise ValidationError(_("Say which column is the conversation, who spoke and what was said, and who is who."))
    with transaction.atomic():
        waiting = HistoryImport.objects.filter(pk=history.pk, status=Status.MAPPING)
        changed = waiting.update(status=Status.SPLITTING, mapping=mapping.as_json(), worked_at=timezone.now())
        if changed:
            enqueue(work_on_history, history.pk)
    history.refresh_from_db()
    return bool(changed)


def likely_mapping(history: HistoryImport, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> ColumnMapping:
    """What was chosen last for an export with the same columns; otherwise a guess."""
    guessed = guess(headers, rows[:_ROWS_GUESSED_FROM])
    before = HistoryImport.objects.filter(columns_hash=history.columns_hash).exclude(mapping={}).exclude(pk=history.pk)
    last = before.order_by("-created_at", "-pk").first() if history.columns_hash else None
    if last is None:
        return guessed
    kept = ColumnMapping.of_json(last.mapping)
    return ColumnMapping.of_json({**kept.as_json(), "values": {**guessed.values, **kept.values}})


def remove_history(history: HistoryImport) -> None:
    """Take a file out again, with every question of it; groups that nobody decided on shrink or go."""
    with transaction.atomic():
        touched = list(MinedQuestion.objects.filter(asked__of=history).values_list("pk", flat=True).distinct())
        history.delete()
        count_shares(touched)
