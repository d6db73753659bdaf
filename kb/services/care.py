"""Owners hear of entries that are to be reviewed, and of those that are about to expire or have expired."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext

from cs_platform.models import NoticeTarget
from cs_platform.notify import Notice, notify
from kb.models import Entry
from kb.models.entry import EXPIRY_NOTICE

LISTED_MAX = 10
_DAY = timedelta(days=1)
_MONDAY = 0


def tell_owners(now: datetime | None = None) -> int:
    """Once a day: what became due since yesterday, on Mondays all that is open. Returns how many notices are new.

    Each owner's own targets get the owner's entries, shared targets those of nobody. May run twice.
    """
    now = now or timezone.now()
    open_ones: defaultdict[int | None, list[Entry]] = defaultdict(list)
    for entry in _due(now).select_related("owner").order_by("review_by", "valid_until", "pk"):
        open_ones[entry.owner_id].append(entry)
    day = timezone.localtime(now).date()
    told = 0
    for owner_id, entries in open_ones.items():
        targets = NoticeTarget.objects.of_people([owner_id]) if owner_id else NoticeTarget.objects.for_everybody()
        told += notify(targets, _notice(entries, now), key=f"knowledge-care-{owner_id or 'nobody'}-{day}")
    return told


def _due(now: datetime) -> QuerySet[Entry]:
    """Those of which something became due within a day; on Mondays all of which anything is due."""
    today = timezone.localtime(now).date()
    if timezone.localtime(now).weekday() == _MONDAY:
        due = Q(review_by__lte=today) | Q(valid_until__lte=now + EXPIRY_NOTICE)
    else:
        ends = now + EXPIRY_NOTICE
        due = Q(review_by=today) | Q(valid_until__gt=ends - _DAY, valid_until__lte=ends)
        due |= Q(valid_until__gt=now - _DAY, valid_until__lte=now)
    return Entry.objects.kept().filter(due)


def _notice(entries: Sequence[Entry], now: datetime) -> Notice:
    with translation.override(settings.LANGUAGE_CODE):
        lines = [f"{entry.question[:60]} — {care[1]}" for entry in entries if (care := entry.care_at(now))]
        more = len(lines) - LISTED_MAX
        shown = lines[:LISTED_MAX] + ([gettext("and %(count)s more") % {"count": more}] if more > 0 else [])
        return Notice(gettext("Knowledge that needs a look"), "\n".join(shown))
