"""The weekly report on what the AI lacks: questions it could not answer, scenes where it fails, unhappy customers, what
to do about it, and whether last week's repairs have worked. Plain values come out, to be kept as they were.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from conversations.models import Message, Rating
from kb.models import Entry, Gap, GapQuestion
from reports import metrics
from reports.hours import hours_of_days
from reports.models import Episode
from reports.scope import Scope
from reports.topics import category_names
from reports.totals import Totals, all_of, by_category

WEEK = timedelta(days=7)
GAPS_MAX, SCENES_MAX, RATINGS_MAX, ACTIONS_MAX, LIFTS_MAX = 20, 10, 20, 8, 10
SCENE_MIN = 5  # with fewer conversations a share means nothing
SCENE_BAD = 0.3
SUMMARY = ("conversations", "engaged", "leads", "resolved", "called", "abandoned", "negative")

Content = dict[str, Any]


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the ISO week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def week_key(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def describe_week(start: date, now: datetime) -> Content:
    """All sections of the week that begins on this Monday."""
    scope = Scope(start, start + timedelta(days=6))
    unsolved, scenes = _unsolved(start), _scenes(scope, now)
    ratings = _bad_ratings(start)
    totals, before = all_of(scope, now), all_of(scope.previous(), now)
    return {
        "summary": [{"figure": key, "count": totals[key], "before": before[key]} for key in SUMMARY],
        "cohort": [totals["ai_cohort"], before["ai_cohort"]],
        "gaps": unsolved,
        "scenes": scenes,
        "ratings": ratings,
        "lift": _lift(start, now),
        "actions": _actions(unsolved, scenes, ratings, totals),
    }


def _unsolved(start: date) -> list[Content]:
    """Questions of the week without an answer yet, the most frequent first; with the count of the week before."""
    since, until = _moment(start), _moment(start + WEEK)
    counts = _asked(since, until)
    earlier = _asked(since - WEEK, since)
    gaps = Gap.objects.pending().filter(pk__in=counts).select_related("category")
    lines: list[Content] = [
        {
            "gap": gap.pk,
            "question": gap.question,
            "count": counts[gap.pk],
            "before": earlier.get(gap.pk, 0),
            "category": gap.category.name if gap.category else "",
            "is_drafted": gap.status == Gap.Status.DRAFTED,
        }
        for gap in gaps
    ]
    return sorted(lines, key=lambda line: (-line["count"], line["question"]))[:GAPS_MAX]


def _asked(since: datetime, until: datetime) -> dict[int, int]:
    rows = GapQuestion.objects.between(since, until).order_by()
    return dict(rows.values_list("gap_id").annotate(Count("pk")))


def _scenes(scope: Scope, now: datetime) -> list[Content]:
    """Categories in which too many conversations end without the AI's solution."""
    names = category_names()
    lines: list[Content] = []
    for pk, totals in by_category(scope, now).items():
        whole = totals["ai_cohort"]
        failed = totals["unresolved"] + totals["called"]
        if pk is None or whole < SCENE_MIN or failed / whole < SCENE_BAD:
            continue
        lines.append(
            {
                "category": pk,
                "name": names.get(pk, f"#{pk}"),
                "count": whole,
                "unresolved": totals["unresolved"],
                "called": totals["called"],
                "negative": totals["negative"],
                "share": round(failed / whole, 4),
            }
        )
    return sorted(lines, key=lambda line: (-line["share"], -line["count"]))[:SCENES_MAX]


def _bad_ratings(start: date) -> list[Content]:
    rows = Rating.objects.filter(score__lte=2, created_at__gte=_moment(start), created_at__lt=_moment(start + WEEK))
    return [
        {"conversation": conversation_id, "score": score, "comment": comment, "at": timezone.localtime(at).isoformat()}
        for conversation_id, score, comment, at in rows.order_by("score", "-pk").values_list(
            "conversation_id", "score", "comment", "created_at"
        )[:RATINGS_MAX]
    ]


def _lift(start: date, now: datetime) -> list[Content]:
    """What was repaired in the two weeks before: how often it was asked in vain, and how those conversations go now."""
    since = _moment(start)
    repaired = Gap.objects.filter(
        status=Gap.Status.RESOLVED, resolved_at__gte=since - 2 * WEEK, resolved_at__lt=since, entry__isnull=False
    )
    lines: list[Content] = []
    for gap in repaired.order_by("-count")[:LIFTS_MAX]:
        at, asked = gap.resolved_at or since, GapQuestion.objects.filter(gap=gap)
        before = asked.between(at - WEEK, at)
        answered = Message.objects.filter(entry=gap.entry, created_at__gte=since, created_at__lt=since + WEEK)
        lines.append(
            {
                "gap": gap.pk,
                "entry": gap.entry_id,
                "question": gap.question,
                "missed_before": before.count(),
                "missed_now": asked.between(since, since + WEEK).count(),
                "answered_now": answered.count(),
                "solved_before": _solved(before.values_list("conversation_number", flat=True), at - WEEK, now),
                "solved_now": _solved(answered.values_list("conversation_id", flat=True), since, now),
            }
        )
    return lines


def _solved(conversation_ids: Any, since: datetime, now: datetime) -> float | None:
    """The share of these conversations' episodes of one week that the AI solved."""
    day = timezone.localtime(since).date()
    first, end = hours_of_days(day, day + timedelta(days=7))
    rows = Episode.objects.filter(conversation_id__in=set(conversation_ids), hour__gte=first, hour__lt=end)
    sums = rows.aggregate(whole=Count("pk"), solved=Count("pk", filter=metrics.resolved.rows(now)))
    return round(sums["solved"] / sums["whole"], 4) if sums["whole"] else None


def _actions(unsolved: list[Content], scenes: list[Content], ratings: list[Content], totals: Totals) -> list[Content]:
    """What to do first: the kind of each, and what it needs for its words and its link."""
    actions: list[Content] = [
        {"kind": "review" if line["is_drafted"] else "answer", "gap": line["gap"], "text": line["question"],
         "count": line["count"]}
        for line in unsolved[:4]
    ]  # fmt: skip
    for scene in scenes[:2]:
        entries = Entry.objects.filter(category_id=scene["category"], status=Entry.Status.PUBLISHED)
        actions.append(
            {"kind": "improve", "category": scene["category"], "text": scene["name"], "count": entries.count()}
        )
    if totals["abandoned"]:
        actions.append({"kind": "staff", "text": "", "count": totals["abandoned"]})
    if ratings:
        actions.append({"kind": "follow_up", "text": "", "count": len(ratings)})
    return actions[:ACTIONS_MAX]


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
