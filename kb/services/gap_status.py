"""Pending knowledge follows the entry that was written for it: published resolves, taken back reopens."""

from collections.abc import Iterable

from django.utils import timezone

from kb.models import Entry, Gap

_FOLLOWS = {
    Entry.Status.DRAFT: Gap.Status.DRAFTED,
    Entry.Status.PUBLISHED: Gap.Status.RESOLVED,
    Entry.Status.ARCHIVED: Gap.Status.OPEN,
}


def follow_entries(entry_ids: Iterable[int], status: str) -> int:
    """Entries got this status; returns how many groups moved. Groups that a manager ignores stay as they are."""
    wanted = _FOLLOWS.get(Entry.Status(status), Gap.Status.DRAFTED)
    groups = Gap.objects.filter(entry_id__in=list(entry_ids)).exclude(status__in=(wanted, Gap.Status.IGNORED))
    if wanted == Gap.Status.RESOLVED:
        return groups.update(status=wanted, resolved_at=timezone.now())
    return groups.update(status=wanted, resolved_at=None)


def follow_all() -> int:
    """After an import: drafts that became published in bulk resolve their groups."""
    published = Gap.objects.filter(status=Gap.Status.DRAFTED, entry__status=Entry.Status.PUBLISHED)
    return published.update(status=Gap.Status.RESOLVED, resolved_at=timezone.now())


def leave_entries(entry_ids: Iterable[int]) -> int:
    """Entries are about to be deleted: their groups are open again."""
    groups = Gap.objects.filter(entry_id__in=list(entry_ids)).exclude(status=Gap.Status.IGNORED)
    return groups.update(status=Gap.Status.OPEN, entry=None, resolved_at=None)
