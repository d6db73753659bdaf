"""Every change of an entry's text, scope or state is a numbered version; any of them can be taken back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.models import Entry, EntryVersion

Snapshot = dict[str, Any]
Deed = EntryVersion.Deed
_PLAIN = (
    *("question", "variants", "answer", "related", "handoff", "is_verbatim", "match_mode"),
    *("channels", "stages", "status", "category_id", "owner_id"),
)
_MOMENTS = ("valid_from", "valid_until", "review_by")
_BATCH = 500
# Seen in this order: a draft that is published at once was published.
_BY_STATUS = {
    Entry.Status.PUBLISHED: Deed.PUBLISHED,
    Entry.Status.ARCHIVED: Deed.ARCHIVED,
    Entry.Status.REVIEW: Deed.SUBMITTED,
}


class StaleEntry(ValidationError):
    """Somebody else changed the entry since it was read; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this entry meanwhile. Nothing was stored; compare and save again."))


@dataclass(frozen=True, slots=True)
class Change:
    """An entry with its new values and number, and what it was before; None for a new one."""

    entry: Entry
    before: Snapshot | None
    after: Snapshot
    by_before: User | None = None
    at_before: datetime | None = None


def take_snapshot(entry: Entry, product_ids: Iterable[int]) -> Snapshot:
    """All that a version keeps, as plain values."""
    moments = {name: _as_text(getattr(entry, name)) for name in _MOMENTS}
    return {**{name: getattr(entry, name) for name in _PLAIN}, **moments, "products": sorted(product_ids)}


def products_of(entries: Iterable[Entry]) -> defaultdict[int, list[int]]:
    """The products that each of these entries is restricted to, by its primary key."""
    ids = [entry.pk for entry in entries]
    rows = Entry.products.through.objects.all()
    if len(ids) <= _BATCH:  # beyond that the few entries with products are read whole
        rows = rows.filter(entry__in=ids)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for entry_id, product_id in rows.values_list("entry_id", "product_id"):
        found[entry_id].append(product_id)
    return found


def next_number(entry: Entry, before: Snapshot | None) -> int:
    """The number of the version that this change makes; one from before there were versions becomes number 1."""
    return entry.version + 1 if entry.version or before is None else 2


def write_versions(changes: Sequence[Change], *, by: User | None, deed: str = "", note: str = "") -> None:
    """Keep the new versions of entries that were just stored; in the transaction that stored them."""
    EntryVersion.objects.bulk_create(versions_of(changes, by=by, deed=deed, note=note), batch_size=_BATCH)


def versions_of(
    changes: Sequence[Change], *, by: User | None, deed: str = "", note: str = ""
) -> Sequence[EntryVersion]:
    """The versions that these changes make, not stored yet. The entries have their numbers."""
    rows = [_baseline(change) for change in changes if change.before is not None and change.entry.version == 2]
    kept: set[int] = set()
    for start in range(0, len(rows), _BATCH):
        ids = [row.entry_id for row in rows[start : start + _BATCH]]
        kept |= set(EntryVersion.objects.filter(entry__in=ids, number=1).values_list("entry_id", flat=True))
    rows = [row for row in rows if row.entry_id not in kept]
    return rows + [
        EntryVersion(
            entry=change.entry,
            number=change.entry.version,
            deed=deed or _deed_of(change),
            note=note[:300],
            snapshot=change.after,
            by=by,
        )
        for change in changes
    ]


def restore(entry: Entry, snapshot: Snapshot) -> None:
    """Put the text and scope of a snapshot into an entry that is not stored yet. Its state stays as it is now."""
    for name in _PLAIN:
        if name != "status" and name in snapshot:
            setattr(entry, name, snapshot[name])
    for name in _MOMENTS:
        parse = parse_date if name == "review_by" else parse_datetime
        setattr(entry, name, parse(snapshot[name]) if snapshot.get(name) else None)


def _baseline(change: Change) -> EntryVersion:
    values: dict[str, Any] = {"at": change.at_before} if change.at_before else {}
    return EntryVersion(
        entry=change.entry, number=1, deed=Deed.BASELINE, snapshot=change.before, by=change.by_before, **values
    )


def _deed_of(change: Change) -> str:
    old, new = (change.before or {}).get("status"), change.after["status"]
    if old != new and new in _BY_STATUS:
        return _BY_STATUS[Entry.Status(new)]
    if old == Entry.Status.PUBLISHED and new == Entry.Status.DRAFT:
        return Deed.UNPUBLISHED
    return Deed.EDITED if change.before is not None else Deed.CREATED


def _as_text(moment: date | datetime | None) -> str:
    return moment.isoformat() if moment else ""
