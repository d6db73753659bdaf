"""Works through imports of conversations in small steps; whoever is killed, the next one continues where it was.

A file becomes parts, a part becomes questions, the questions become groups with drafts. Every step commits, and a part
goes in the transaction that stores what was found in it: two who work at once store nothing twice.
"""

import hashlib
import json
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.heartbeats import show_life
from cs_platform.jobs import enqueue
from cs_platform.text import clean_question, phrase_key
from kb.history_files import Table, conversations_of, read_history
from kb.mining.asked import asked_in
from kb.mining.columns import ColumnMapping
from kb.mining.conversation import Conversation, Turn
from kb.models import HistoryImport, HistoryPart, HistoryQuestion
from kb.models.history import QUESTION_CHARACTERS_MAX
from kb.readers import ReadError
from kb.services.history_drafts import draft_some
from kb.services.history_groups import encode_some, group_questions

Status = HistoryImport.Status

CONVERSATIONS_PER_PART = 300
SWEEP_SECONDS = 60.0
_SECONDS_PER_TASK = 30.0  # far below the time after which a worker is killed
_KEY_CHARACTERS = 64


def work_on_history(pk: int) -> None:
    """A job: some steps, the rest as a new job. May run twice, also at the same time."""
    started = time.monotonic()
    while advance(pk):
        show_life()
        if time.monotonic() - started >= _SECONDS_PER_TASK:
            enqueue(work_on_history, pk)
            return


def resume_abandoned() -> None:
    """Imports on which nobody has worked for a while: their process was killed."""
    for pk in HistoryImport.objects.abandoned(timezone.now()).values_list("pk", flat=True):
        if HistoryImport.objects.abandoned(timezone.now()).filter(pk=pk).update(worked_at=timezone.now()):
            enqueue(work_on_history, pk)


def advance(pk: int) -> bool:
    """One step; False when there is none left to do, or a person has to name the columns first."""
    history = HistoryImport.objects.filter(pk=pk).first()
    if history is None or not history.is_at_work:
        return False
    steps: Mapping[str, Callable[[HistoryImport], None]] = {
        Status.OPENING: _open,
        Status.SPLITTING: _split,
        Status.READING: _read_part,
        Status.ENCODING: _encode,
        Status.GROUPING: _group,
        Status.DRAFTING: _draft,
    }
    try:
        steps[history.status](history)
    except ReadError as error:
        _fail(history, str(error))
        return False
    return True


def table_of(history: HistoryImport) -> Table:
    """The rows of a file whose columns are to be named."""
    return Table(**_unpacked(history.parts.get(number=0)))


def _open(history: HistoryImport) -> None:
    """Whole dialogues go on; a table is kept as rows and waits for its columns to be named."""
    found = read_history(history.file_name, zlib.decompress(history.parts.get(number=0).content))
    if not isinstance(found, Table):
        _split_into_parts(history, found, before=Status.OPENING)
        return
    with transaction.atomic():
        if _move_on(history, Status.OPENING, Status.MAPPING, columns_hash=found.columns_hash):
            history.parts.filter(number=0).update(content=_packed({"headers": found.headers, "rows": found.rows}))


def _split(history: HistoryImport) -> None:
    conversations = conversations_of(table_of(history), ColumnMapping.of_json(history.mapping))
    _split_into_parts(history, conversations, before=Status.SPLITTING)


def _split_into_parts(history: HistoryImport, conversations: Iterable[Conversation], *, before: str) -> None:
    """Pieces of a size that is done in a second."""
    plain = [[one.id, [[turn.role, turn.text] for turn in one.turns]] for one in conversations if one.turns]
    if not plain:
        raise ReadError(_("There is no conversation in this file."))
    starts = range(0, len(plain), CONVERSATIONS_PER_PART)
    parts = [
        HistoryPart(of=history, number=number, content=_packed(plain[start : start + CONVERSATIONS_PER_PART]))
        for number, start in enumerate(starts, 1)
    ]
    with transaction.atomic():
        if _move_on(history, before, Status.READING, total=len(parts)):
            history.parts.filter(number=0).delete()
            HistoryPart.objects.bulk_create(parts, batch_size=50)


def _read_part(history: HistoryImport) -> None:
    part = history.parts.order_by("number").first()
    if part is None:
        questions = HistoryQuestion.objects.filter(of=history).count()
        _move_on(history, Status.READING, Status.ENCODING, questions=questions)
        return
    conversations = _conversations_in(part, history)
    rows = [row for one in conversations for row in _question_rows(history, one)]
    with transaction.atomic():
        if not history.parts.filter(pk=part.pk).delete()[0]:
            return  # another worker was first
        HistoryQuestion.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        HistoryImport.objects.filter(pk=history.pk).update(
            done=F("done") + 1,
            conversations=F("conversations") + len(conversations),
            messages=F("messages") + sum(len(one.turns) for one in conversations),
            worked_at=timezone.now(),
        )


def _encode(history: HistoryImport) -> None:
    done, total = encode_some()
    if done >= total:
        _move_on(history, Status.ENCODING, Status.GROUPING)
    else:
        HistoryImport.objects.filter(pk=history.pk).update(done=done, total=total, worked_at=timezone.now())


def _group(history: HistoryImport) -> None:
    group_questions()
    _move_on(history, Status.GROUPING, Status.DRAFTING)


def _draft(history: HistoryImport) -> None:
    done, total = draft_some()
    if done >= total:
        _move_on(history, Status.DRAFTING, Status.DONE, finished_at=timezone.now())
    else:
        HistoryImport.objects.filter(pk=history.pk).update(done=done, total=total, worked_at=timezone.now())


def _move_on(history: HistoryImport, before: str, after: str, **fields: Any) -> bool:
    """The next status; False when another worker has moved it already."""
    fields = {"done": 0, "total": 0, "worked_at": timezone.now()} | fields
    return bool(HistoryImport.objects.filter(pk=history.pk, status=before).update(status=after, **fields))


def _fail(history: HistoryImport, text: str) -> None:
    with transaction.atomic():
        HistoryImport.objects.filter(pk=history.pk).update(status=Status.FAILED, error=text[:2_000])
        history.parts.all().delete()


def _packed(plain: object) -> bytes:
    return zlib.compress(json.dumps(plain, ensure_ascii=False).encode("utf-8", "ignore"), 1)


def _unpacked(part: HistoryPart) -> Any:
    return json.loads(zlib.decompress(part.content))


def _conversations_in(part: HistoryPart, history: HistoryImport) -> list[Conversation]:
    """The conversations of a part; one that its source does not name is named by its place in the file."""
    return [
        Conversation(
            name or f"{history.content_hash}:{part.number}:{place}", tuple(Turn(role, text) for role, text in turns)
        )
        for place, (name, turns) in enumerate(_unpacked(part))
    ]


def _question_rows(history: HistoryImport, conversation: Conversation) -> Sequence[HistoryQuestion]:
    times: Counter[str] = Counter()
    rows = []
    for asked in asked_in(conversation):
        key = phrase_key(clean_question(asked.question))[:_KEY_CHARACTERS]
        if not key:
            continue
        times[key] += 1
        rows.append(
            HistoryQuestion(
                of=history,
                reference=_reference(conversation, key, times[key]),
                key=key,
                text=asked.question[:QUESTION_CHARACTERS_MAX],
                answer=asked.answer,
                rivals=asked.rivals,
            )
        )
    return rows


def _reference(conversation: Conversation, key: str, turn: int) -> str:
    """The same question of the same conversation, in whatever file it comes; `turn` tells a repetition from it.

    Exports of two months overlap, and one may begin in the middle of a conversation: so the place does not count.
    """
    place = f"{conversation.id}\x1f{key}\x1f{turn}"
    return hashlib.blake2b(place.encode("utf-8", "ignore"), digest_size=16).hexdigest()
