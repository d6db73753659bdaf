"""Many entries looked at for overlaps before they are published: a search per phrasing, as far as the time goes."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.models import Entry
from kb.overlaps import Overlap as Found
from kb.overlaps import find_overlaps
from kb.prepared import IndexedEntry
from kb.search import current_index
from kb.services.history import products_of
from kb.services.overlaps import encoder_for, note_overlaps, overlaps_of

_READ_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at entries found, by their numbers; `left` were not looked at."""

    clear: Sequence[int]
    doubtful: Sequence[int]
    left: Sequence[int]


def check_entries(ids: Sequence[int], *, seconds: float, doubts_max: int) -> Checked:
    """Look at stored entries in this order until the time is up or enough of them overlap; at least at one."""
    ends = time.monotonic() + seconds
    clear: list[int] = []
    doubtful: list[int] = []
    for place in range(0, len(ids), _READ_AT_ONCE):
        some = Entry.objects.in_bulk(ids[place : place + _READ_AT_ONCE])
        products = products_of(some.values())
        for number in ids[place : place + _READ_AT_ONCE]:
            looked_at = len(clear) + len(doubtful)
            if len(doubtful) >= doubts_max or (looked_at and time.monotonic() > ends):
                return Checked(clear, doubtful, ids[looked_at:])
            entry = some.get(number)
            is_doubtful = entry is not None and bool(overlaps_of(entry, products[number]))
            (doubtful if is_doubtful else clear).append(number)
    return Checked(clear, doubtful, ())


def note_published(ids: Iterable[int], *, seconds: float) -> int:
    """Put what was just published beside others on the list of overlaps, as far as the time goes; returns how many."""
    ends, count = time.monotonic() + seconds, 0
    entries = list(Entry.objects.published().filter(pk__in=list(ids)).order_by("pk"))
    products = products_of(entries)
    for entry in entries:
        if time.monotonic() > ends:
            break
        if found := overlaps_of(entry, products[entry.pk]):
            note_overlaps(entry, found)
            count += 1
    return count


def check_new(rows: Mapping[int, IndexedEntry], *, seconds: float) -> tuple[dict[int, list[Found]], int]:
    """What rows that are not stored yet overlap with, by their numbers, and how many of them were not looked at.

    Those that share a phrasing with a published entry come first, so that the plainest doubles are found in any file.
    Samples do not count: they step aside for what a shop brings.
    """
    index, ends = current_index(), time.monotonic() + seconds
    encode = encoder_for(index)
    order = sorted(rows, key=lambda number: not any(index.exact(text) for text in rows[number].phrasings))
    found: dict[int, list[Found]] = {}
    for place, number in enumerate(order):
        if place and time.monotonic() > ends:
            return found, len(order) - place
        others = find_overlaps(index, rows[number], encode)
        if own := [one for one in others if not one.entry.is_sample]:
            found[number] = own
    return found, 0
