"""Uploads of the back office: kept for a while, read and stored in the background, watched by who uploaded them.

What is kept here may be lost without harm: the file is its owner's, and an import is all or nothing.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath
from typing import Literal

from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.utils.translation import get_language, override
from tablib import Dataset

from cs_platform.jobs import LiveLane, enqueue
from cs_platform.models import User
from kb.imports import ImportResult, PlannedRow, Problem, failure_text, import_rows, unreadable
from kb.readers import Progress, ReadError, read_file
from kb.services.gate import OVERRIDE_PERMISSION, passing
from kb.services.overlaps import start_looking

logger = logging.getLogger(__name__)

KEPT_SECONDS = 3600
ROWS_SHOWN = 100
PROBLEMS_SHOWN = 100
_TOLD_EVERY_SECONDS = 0.3
_SILENT_SECONDS_MAX = 150.0  # longer than a worker may be at one job
# Tables above this size cost seconds of Python after they were parsed: more than a process that chats can spare.
_LARGE_TABLE_BYTES = 1024 * 1024
_ROWS_KEPT_MAX = 5_000
_DOCUMENTS = (".docx", ".pdf")  # their size is pictures

Stage = Literal["waiting", "reading", "ready", "failed", "queued", "storing", "stopped", "done", "interrupted"]

# Looked at in this process, because somebody waits: a worker may be busy for a minute. Storing is a worker's job.
upload_lane = LiveLane(limit=20)


@dataclass(frozen=True)
class Upload:
    """A file and what its owner wants done with it."""

    name: str
    content: bytes
    user_id: int
    category: str
    publish: bool
    publish_suggested: bool = False
    override_reason: str = ""
    language: str = field(default_factory=get_language)  # of its owner, who reads what is wrong

    @property
    def is_large(self) -> bool:
        """Left to a worker."""
        return len(self.content) > _LARGE_TABLE_BYTES and PurePath(self.name).suffix.lower() not in _DOCUMENTS


@dataclass(frozen=True)
class Status:
    """How far an upload is, and what was found: the first rows and problems of it."""

    stage: Stage
    done: int = 0
    of: int = 0
    rows: Sequence[PlannedRow] = ()
    rows_more: int = 0
    problems: Sequence[Problem] = ()
    problems_more: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    suggested: int = 0
    spared: int = 0
    overlapping: int = 0  # rows that would be published beside an entry that answers the same
    unlooked: int = 0
    run_id: int | None = None  # of the golden questions that stopped it
    at: float = 0.0  # when it was told, in seconds since 1970


def begin_upload(upload: Upload) -> str:
    """Keep a file and have it looked at; returns the token it is known by."""
    token = uuid.uuid4().hex
    cache.set(_key(token), upload, KEPT_SECONDS)
    _tell(token, Status("waiting"))
    if upload.is_large:
        enqueue(read_upload, token)
    else:
        transaction.on_commit(partial(upload_lane.submit, read_upload, (token,)), robust=True)
    return token


def find_upload(token: str, user: User) -> tuple[Upload, Status] | None:
    """An upload of this person's own; None when it is somebody else's, or no longer there."""
    upload, status = cache.get(_key(token)), cache.get(_key(token, "status"))
    if upload is None or status is None or upload.user_id != user.pk:
        return None
    is_silent = time.time() - status.at > _SILENT_SECONDS_MAX
    is_at_work = status.stage in ("reading", "storing") or (status.stage == "waiting" and not upload.is_large)
    return upload, replace(status, stage="interrupted") if is_silent and is_at_work else status


def confirm_upload(token: str, user: User, *, publish_suggested: bool) -> bool:
    """Have what was shown stored; False when it cannot be, or was asked for already."""
    found = find_upload(token, user)
    if found is None or found[1].stage != "ready" or not cache.add(_key(token, "confirmed"), 1, KEPT_SECONDS):
        return False
    upload, status = found
    _queue_storing(token, replace(upload, publish_suggested=publish_suggested), status)
    return True


def override_upload(token: str, user: User, *, reason: str) -> bool:
    """Have stored what golden questions stopped; False when it was not stopped, or no reason is given."""
    found = find_upload(token, user)
    if found is None or found[1].stage != "stopped" or not reason.strip() or not user.has_perm(OVERRIDE_PERMISSION):
        return False
    upload, status = found
    _queue_storing(token, replace(upload, override_reason=reason), status)
    return True


def _queue_storing(token: str, upload: Upload, status: Status) -> None:
    cache.set(_key(token), upload, KEPT_SECONDS)
    _tell(token, replace(status, stage="queued", done=0, of=0))
    enqueue(store_upload, token)


def read_upload(token: str) -> None:
    """Find out what would happen to the knowledge. A job; may run twice."""
    _run(token, while_in=("waiting", "reading"), working="reading", then="ready")


def store_upload(token: str) -> None:
    """Store what was confirmed, all of it or nothing. A job; may run twice."""
    _run(token, while_in=("queued", "storing"), working="storing", then="done")


def _run(token: str, *, while_in: Sequence[Stage], working: Stage, then: Stage) -> None:
    upload, status = cache.get(_key(token)), cache.get(_key(token, "status"))
    if upload is None or status is None or status.stage not in while_in:
        return
    reporter = _Reporter(token, replace(status, stage=working))
    with override(upload.language):
        now = _status_of(_import(token, upload, is_dry=then == "ready", progress=reporter.show), then)
    if then == "done":  # what the preview showed still holds
        now = replace(now, overlapping=status.overlapping, unlooked=status.unlooked)
    _tell(token, now)
    if now.stage == "done" and now.overlapping and not now.unlooked:  # a large file's list is begun by hand
        start_looking()


def _import(token: str, upload: Upload, *, is_dry: bool, progress: Progress) -> ImportResult:
    try:
        with passing(reason=upload.override_reason):
            return import_rows(
                upload.name,
                _read(token, upload, progress),
                by=User.objects.filter(pk=upload.user_id).first(),
                category=upload.category,
                publish=upload.publish,
                publish_suggested=upload.publish_suggested,
                dry_run=is_dry,
                progress=progress,
            )
    except ReadError as error:
        return unreadable(error)
    except DatabaseError:  # somebody waits for the page to go on
        logger.exception("an upload could not be imported")
        return ImportResult(problems=[Problem(None, "", failure_text())])


def _read(token: str, upload: Upload, progress: Progress) -> Dataset:
    """The rows of the file, read once: scanned pages take seconds each."""
    known: Dataset | None = cache.get(_key(token, "rows"))
    if known is None:
        known = read_file(upload.name, upload.content, progress)
        if len(known) <= _ROWS_KEPT_MAX:
            cache.set(_key(token, "rows"), known, KEPT_SECONDS)
    return known


class _Reporter:
    """Tells how far it is, but not at every row."""

    def __init__(self, token: str, status: Status) -> None:
        self._token, self._status, self._told = token, status, 0.0
        self._done = 0
        _tell(token, status)

    def show(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._told >= _TOLD_EVERY_SECONDS or done < self._done:  # another stretch of work begins
            self._told, self._done = now, done
            _tell(self._token, replace(self._status, done=done, of=of))


def _status_of(result: ImportResult, then: Stage) -> Status:
    if result.blocked:
        return Status("stopped", run_id=result.blocked.keep().pk)
    return Status(
        "failed" if result.has_failed else then,
        rows=sorted(result.rows, key=lambda row: not row.overlaps)[:ROWS_SHOWN],  # what needs a look comes first
        rows_more=max(0, len(result.rows) - ROWS_SHOWN),
        problems=result.problems[:PROBLEMS_SHOWN],
        problems_more=max(0, len(result.problems) - PROBLEMS_SHOWN),
        counts=result.counts,
        suggested=result.suggested,
        spared=result.spared,
        overlapping=result.overlapping,
        unlooked=result.unlooked,
    )


def _tell(token: str, status: Status) -> None:
    cache.set(_key(token, "status"), replace(status, at=time.time()), KEPT_SECONDS)


def _key(token: str, what: str = "file") -> str:
    return f"kb-upload:{token}:{what}"
