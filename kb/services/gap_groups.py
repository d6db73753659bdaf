"""Puts questions that mean the same into one group: a job that may run twice, also at the same time."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Max, Min, Sum

from cs_platform.events import emit
from cs_platform.jobs import enqueue
from kb.events import GapFound
from kb.gap_meaning import GapMeanings
from kb.models import Gap, GapQuestion

GAPS_PER_TASK = 200


def group_gaps() -> int:
    """Compare every new group with the older ones; returns how many are settled now.

    A group only ever joins an older one, so two workers cannot pass each other, and the result is the same in
    whatever order they work.
    """
    new = list(Gap.objects.unsettled().order_by("pk")[:GAPS_PER_TASK])
    if not new:
        return 0
    meanings = GapMeanings.of(new)
    settled = sum(_settle(gap, meanings) for gap in new)
    if Gap.objects.unsettled().exists():
        enqueue(group_gaps)
    return settled


def merge_gaps(gaps: Sequence[Gap]) -> Gap:
    """A manager sees that these groups mean the same: all become the oldest of them."""
    with transaction.atomic():
        target, *others = lock_gaps(*(gap.pk for gap in gaps))
        for other in others:
            _move(other, target)
        recount(target)
    return target


def lock_gaps(*ids: int) -> list[Gap]:
    """These groups, oldest first, as long as the transaction lasts; one that is gone is left out."""
    return list(Gap.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def recount(gap: Gap) -> None:
    """Count the group anew after questions came or went; its name is its most frequent wording."""
    sums = gap.questions.aggregate(Count("pk"), Sum("weight"), Min("asked_at"), Max("asked_at"))
    gap.question = _most_frequent(gap)
    gap.count, gap.weight = sums["pk__count"], sums["weight__sum"]
    gap.first_asked_at, gap.last_asked_at = sums["asked_at__min"], sums["asked_at__max"]
    gap.save(update_fields=["question", "count", "weight", "first_asked_at", "last_asked_at"])


def _most_frequent(gap: Gap) -> str:
    """The first wording of those that came most often; a group may hold a whole history, so the database counts."""
    keys = gap.questions.order_by().values("key").annotate(times=Count("pk"))
    most = keys.aggregate(Max("times"))["times__max"]
    frequent = gap.questions.filter(key__in=keys.filter(times=most).values("key"))
    return frequent.order_by("asked_at", "pk").values_list("text", flat=True)[0]


def _settle(gap: Gap, meanings: GapMeanings) -> bool:
    """Join the nearest older group, or stand alone from now on. False: to be tried again."""
    older = _older_reading_the_same(gap) or meanings.nearest_older(gap.pk)
    category_id = None if older else meanings.category_of(gap.pk)
    with transaction.atomic():
        found = lock_gaps(gap.pk, *filter(None, (older,)))
        if not found or found[-1].pk != gap.pk or found[-1].is_settled:
            return True  # another worker was first
        if older is None:
            return _stand_alone(found[0], category_id)
        if len(found) == 1:
            return False  # the older group has just joined a third one
        target, own = found
        _move(own, target)
        recount(target)
        return True


def _older_reading_the_same(gap: Gap) -> int | None:
    """Two processes may have made a group each of one wording in the same moment."""
    keys = GapQuestion.objects.filter(gap=gap).values("key")
    twins = GapQuestion.objects.filter(key__in=keys, gap_id__lt=gap.pk).order_by("gap_id")
    return twins.values_list("gap_id", flat=True).first()


def _stand_alone(gap: Gap, category_id: int | None) -> bool:
    gap.is_settled = True
    gap.category_id = gap.category_id or category_id
    gap.save(update_fields=["is_settled", "category"])
    source = gap.questions.order_by("asked_at", "pk").values_list("source", flat=True).first() or ""
    emit(GapFound(gap.pk, gap.question, source, gap.category.path if gap.category else ""))
    return True


def _move(own: Gap, target: Gap) -> None:
    """Everything of one group into another; asked after that one was resolved, it opens again.

    An open group without an entry takes that of the other, and is as far as that one.
    """
    own.questions.update(gap=target)
    if target.status == Gap.Status.OPEN and target.entry_id is None and own.entry_id is not None:
        target.status, target.resolved_at = own.status, own.resolved_at
    last_asked_at = max(target.last_asked_at, own.last_asked_at)
    if target.status == Gap.Status.RESOLVED and target.resolved_at and last_asked_at > target.resolved_at:
        target.status, target.reopened_at = Gap.Status.OPEN, last_asked_at
    target.entry_id = target.entry_id or own.entry_id
    target.category_id = target.category_id or own.category_id
    target.save(update_fields=["status", "resolved_at", "reopened_at", "entry", "category"])
    own.delete()
