"""Duplicates and contradictions: looked for before something is published, and through all that is published."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.audit import record
from cs_platform.heartbeats import show_life
from cs_platform.jobs import enqueue
from cs_platform.models import User
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.models import Entry, EntryVersion, Overlap
from kb.overlaps import Encode, add_shares, find_overlaps, pairs_of, remembering, stored_encoder
from kb.overlaps import Overlap as Found
from kb.search import current_index, indexed_entry, question_vector
from kb.services.entries import require_publisher, save_entry
from kb.services.foresight import tried_ahead
from kb.services.locks import lock_entries
from kb.services.phrasings import join_phrasings

_PROGRESS, _SO_FAR = "kb-overlaps-progress", "kb-overlaps-so-far"
_KEPT_SECONDS = 600
_SECONDS_PER_TASK = 30.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the look through everything is."""

    done: int
    of: int


def overlaps_of(entry: Entry, product_ids: Iterable[int]) -> list[Found]:
    """What an entry would overlap with once it is published, without what somebody has accepted already."""
    index = current_index()
    found = find_overlaps(index, indexed_entry(entry, list(product_ids)), encoder_for(index))
    accepted = _accepted(entry) if entry.pk else {}
    return [one for one in found if accepted.get(one.entry.id) != _facts(one)]


def encoder_for(index: KnowledgeIndex) -> Encode:
    """Reads texts by meaning to compare entries: what is published has its vectors, the rest is read once."""
    return remembering(stored_encoder(index, _encoder(index)))


def settle_overlaps(entry: Entry, found: Sequence[Found], *, reason: str, by: User) -> None:
    """What a program has published beside others: meant, when it says why; else on the list, where somebody decides."""
    if found and reason.strip():
        accept_overlaps(entry, found, reason=reason, by=by, is_approved=True)
    else:
        note_overlaps(entry, found)


def note_overlaps(entry: Entry, found: Sequence[Found]) -> None:
    """Put these on the list of overlaps, where somebody decides; what was decided about other facts does not count."""
    there = set(Entry.objects.filter(pk__in=[one.entry.id for one in found]).values_list("pk", flat=True))
    for one in found:
        if one.entry.id not in there:  # deleted since the look
            continue
        first, second = sorted((entry.pk, one.entry.id))
        values = {"share": one.share, "differences": _facts(one)}
        open_again = {"reason": "", "accepted_by": None, "accepted_at": None}
        Overlap.objects.update_or_create(first_id=first, second_id=second, defaults={**values, **open_again})


def accept_overlaps(entry: Entry, found: Sequence[Found], *, reason: str, by: User, is_approved: bool = False) -> None:
    """Somebody says that these are meant: kept with the reason, and in the audit trail.

    For who may publish only; `is_approved` says that the caller has seen to that.
    """
    if not is_approved:
        require_publisher(by)
    if not reason.strip():
        raise ValidationError(_("Say why both are needed."))
    now = timezone.now()
    with transaction.atomic():
        for one in found:
            first, second = sorted((entry.pk, one.entry.id))
            Overlap.objects.update_or_create(
                first_id=first,
                second_id=second,
                defaults={
                    "share": one.share,
                    "differences": _facts(one),
                    "reason": reason.strip()[:300],
                    "accepted_by": by,
                    "accepted_at": now,
                },
            )
        others = [one.entry.question for one in found]
        record("entry.published_anyway", entry, by=by, reason=reason.strip(), others=others)


@tried_ahead
def merge_phrasings(target: Entry, phrasings: Iterable[str], *, source: Entry | None, by: User) -> Entry:
    """Let one entry answer the other's phrasings, too; the other one, where it is stored, is archived.

    Raises ValidationError for an entry that is found by patterns.
    """
    with transaction.atomic():
        lock_entries(target.pk, *([source.pk] if source else []))
        if source is not None:
            source.status = Entry.Status.ARCHIVED
            note = _("merged into “%(question)s”") % {"question": target.question}
            save_entry(source, by=by, deed=EntryVersion.Deed.MERGED, note=note)
        new = join_phrasings(target, phrasings, by=by, deed=EntryVersion.Deed.MERGED)
        record("entry.merged", target, by=by, phrasings=new, source=source.question if source else "")
    return target


def start_looking() -> None:
    """Have everything that is published looked through; does nothing while that is under way."""
    if cache.add(_PROGRESS, Progress(0, 0), _KEPT_SECONDS):
        enqueue(look_through_everything)


def progress() -> Progress | None:
    """How far the look is; None while nobody looks."""
    return cache.get(_PROGRESS)


def look_through_everything() -> int:
    """Keep every overlap of what is published; returns how many are known so far.

    What is gone goes, what was accepted stays so. A long look goes on as a new task, far below the time after which a
    worker is killed.
    """
    index = current_index()
    encode = stored_encoder(index, _encoder(index))
    done, shares = cache.get(_SO_FAR) or (0, {})
    entries = sorted((entry for entry in index.entries if entry.id > done), key=lambda entry: entry.id)
    started = time.monotonic()
    for place, entry in enumerate(entries, 1):
        add_shares(shares, index, entry, encode)
        if place % 20 == 0:
            _show_progress(len(index.entries) - len(entries) + place, len(index.entries))
        if time.monotonic() - started > _SECONDS_PER_TASK:
            cache.set(_SO_FAR, (entry.id, shares), _KEPT_SECONDS)
            enqueue(look_through_everything)
            return len(shares)
    found = dict(pairs_of(index, shares))
    _keep(found)
    cache.delete_many([_SO_FAR, _PROGRESS])
    return len(found)


def _show_progress(done: int, of: int) -> None:
    show_life()
    cache.set(_PROGRESS, Progress(done, of), _KEPT_SECONDS)


@transaction.atomic
def _keep(found: dict[tuple[int, int], Found]) -> None:
    known = {(row.first_id, row.second_id): row for row in Overlap.objects.select_for_update()}
    Overlap.objects.filter(pk__in=[row.pk for pair, row in known.items() if pair not in found]).delete()
    there = set(Entry.objects.filter(pk__in={number for pair in found for number in pair}).values_list("pk", flat=True))
    for pair, one in found.items():
        if not there.issuperset(pair):  # deleted meanwhile
            continue
        row = known.get(pair) or Overlap(first_id=pair[0], second_id=pair[1])
        if row.pk and row.differences != _facts(one):  # what was accepted was something else
            row.accepted_at, row.accepted_by, row.reason = None, None, ""
        row.share, row.differences = one.share, _facts(one)
        row.save()


def _accepted(entry: Entry) -> dict[int, list[dict[str, str]]]:
    """By the other entry: the differences that somebody has accepted."""
    rows = Overlap.objects.filter(accepted_at__isnull=False)
    pairs = (*rows.filter(first=entry.pk), *rows.filter(second=entry.pk))
    return {row.second_id if row.first_id == entry.pk else row.first_id: row.differences for row in pairs}


def _facts(found: Found) -> list[dict[str, str]]:
    """The differences in a form that does not depend on which of the two is looked at."""
    return [{"about": one.about, "values": " / ".join(sorted((one.one, one.other)))} for one in found.differences]


def _encoder(index: KnowledgeIndex) -> Encode:
    def encode(text: str) -> Floats | None:
        return question_vector(index, text)

    return encode
