"""What each agent did: chats, replies, speed, ratings, tickets solved and knowledge contributed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Message, Suggestion, Ticket
from cs_platform.models import User
from kb.models import Proposal
from reports.links import episodes_url
from reports.models import Participation
from reports.scope import Scope
from reports.tables import Cell, Column, Table
from reports.waits import quantile


@dataclass(slots=True)
class Work:
    """The sums of one agent."""

    chats: int = 0
    replies: int = 0
    turns: int = 0
    turns_30s: int = 0
    turns_180s: int = 0
    handle_seconds: int = 0
    waits: list[float] = field(default_factory=list)
    rated: int = 0
    score: float | None = None
    positive: int = 0
    proposed: int = 0
    approved: int = 0
    tickets: int = 0
    suggested: int = 0
    adopted: int = 0
    edited: int = 0


def make_tables(scope: Scope, now: datetime) -> list[Table]:
    works = read_work(scope)
    names = {user.pk: user.public_name for user in User.objects.filter(pk__in=works)}
    order = sorted(works, key=lambda pk: (-works[pk].chats, names.get(pk, "")))
    return [
        Table(
            "agents",
            _("Agents"),
            _columns(),
            [_line(names.get(pk, f"#{pk}"), replace(scope, agent=pk), works[pk]) for pk in order],
            note=_("Each person's own part: a chat that two people had counts for both."),
            empty=_("Nobody answered customers in this period."),
        ),
        Table(
            "chats",
            _("Chats and replies"),
            [Column(_("Agent"), "text"), Column(_("Chats")), Column(_("Replies"))],
            [[names.get(pk, f"#{pk}"), works[pk].chats, works[pk].replies] for pk in order],
            chart="ranks",
            drawn=(1, 2),
        ),
        Table(
            "speed",
            _("First response"),
            [Column(_("Agent"), "text"), Column("p50", "duration"), Column("p90", "duration")],
            [[names.get(pk, f"#{pk}"), quantile(works[pk].waits, 0.5), quantile(works[pk].waits, 0.9)] for pk in order],
            chart="ranks",
            drawn=(1, 2),
        ),
    ]


def read_work(scope: Scope) -> Mapping[int, Work]:
    works: dict[int, Work] = defaultdict(Work)
    parts = _parts(scope)
    sums = parts.values("agent_id").annotate(
        chats=Count("pk"), **{name: Sum(name) for name in ("replies", "turns", "turns_30s", "turns_180s")},
        handle_seconds=Sum("handle_seconds"),
    )  # fmt: skip
    for row in sums:
        work = works[row["agent_id"]]
        for name, value in row.items():
            if name != "agent_id":
                setattr(work, name, value)
    for agent_id, wait in parts.filter(first_wait_ms__isnull=False).values_list("agent_id", "first_wait_ms"):
        works[agent_id].waits.append((wait or 0) / 1000)
    _add_ratings(works, parts)
    since = timezone.make_aware(datetime.combine(scope.start, datetime.min.time()))
    until = timezone.make_aware(datetime.combine(scope.end + timedelta(days=1), datetime.min.time()))
    _add_work_beside(works, since, until)
    _add_suggestions(works, scope, since, until)
    for work in works.values():
        work.waits.sort()
    return works


def _parts(scope: Scope) -> "QuerySet[Participation]":
    wanted = Q(pk__in=[])
    for first, end in scope.runs():
        wanted |= Q(hour__gte=first, hour__lt=end)
    rows = Participation.objects.filter(wanted, replies__gt=0).order_by()
    if scope.channel is not None:
        rows = rows.filter(episode__channel_id=scope.channel)
    if scope.category is not None:
        rows = rows.filter(episode__in=scope.episodes())
    return rows.filter(agent_id=scope.agent) if scope.agent is not None else rows


def _add_ratings(works: dict[int, Work], parts: "QuerySet[Participation]") -> None:
    """A rating belongs to the person who had the chat last."""
    rated = parts.filter(is_last=True, episode__rating__isnull=False).values("agent_id")
    for row in rated.annotate(
        rated=Count("pk"), average=Avg("episode__rating"), positive=Count("pk", filter=Q(episode__rating__gte=4))
    ):
        work = works[row["agent_id"]]
        work.rated, work.score, work.positive = row["rated"], row["average"], row["positive"]


def _add_work_beside(works: dict[int, Work], since: datetime, until: datetime) -> None:
    """Knowledge and tickets, of those who also answered customers or did only that."""
    for row in Proposal.objects.contributions(since, until):
        works[row["by"]].proposed, works[row["by"]].approved = row["proposed"], row["approved"]
    solved = Ticket.objects.filter(solved_at__gte=since, solved_at__lt=until, owner__isnull=False).order_by()
    for owner_id, count in solved.values_list("owner_id").annotate(Count("pk")):
        works[owner_id].tickets = count


def _add_suggestions(works: dict[int, Work], scope: Scope, since: datetime, until: datetime) -> None:
    """A moment at which replies were recommended is that of the agent who wrote next; adopted is one that was sent."""
    replies = Message.objects.public().filter(
        conversation=OuterRef("conversation"), seq__gt=OuterRef("seq"), sender=Message.Sender.AGENT
    )
    shown = Suggestion.objects.shown_between(since, until)
    if scope.channel is not None:
        shown = shown.filter(conversation__channel_id=scope.channel)
    moments: dict[tuple[int, int, int], list[bool]] = {}
    rows = shown.annotate(author=Subquery(replies.order_by("seq").values("author_id")[:1])).exclude(author=None)
    for author, conversation_id, seq, used_at, is_edited in rows.values_list(
        "author", "conversation_id", "seq", "used_at", "is_edited"
    ):
        moment = moments.setdefault((author, conversation_id, seq), [False, False])
        if used_at is not None:
            moment[:] = [True, is_edited]
    for (author, _conversation_id, _seq), (was_used, was_edited) in moments.items():
        works[author].suggested += 1
        works[author].adopted += was_used
        works[author].edited += was_used and was_edited


def _columns() -> list[Column]:
    first = _("From the customer's first unanswered message to this person's first reply in the chat.")
    within = _("Of this person's replies to a waiting customer.")
    return [
        Column(_("Agent"), "text"),
        Column(_("Chats"), "count", _("Conversations in which this person wrote at least once.")),
        Column(_("Replies"), "count"),
        Column(_("First response, p50"), "duration", first),
        Column(_("First response, p90"), "duration", first),
        Column(_("Within 30 s"), "percent", within),
        Column(_("Within 3 min"), "percent", within),
        Column(
            _("Time per chat"),
            "duration",
            _("From joining to the last word that was said while this person had the chat, on average."),
        ),
        Column(_("Average score"), "decimal", _("Of the chats that this person ended.")),
        Column(_("Satisfaction"), "percent", _("4 or 5 stars among the ratings of the chats that this person ended.")),
        Column(
            _("Suggestions adopted"),
            "percent",
            _("Of the replies for which the console recommended something, those sent from it, edited or not."),
        ),
        Column(_("Tickets solved"), "count"),
        Column(_("Knowledge approved"), "count", _("Entries that this person proposed and a manager published.")),
    ]


def _line(name: str, scope: Scope, work: Work) -> list[Any]:
    return [
        name,
        Cell(work.chats, episodes_url(scope)),
        work.replies,
        quantile(work.waits, 0.5),
        quantile(work.waits, 0.9),
        _share(work.turns_30s, work.turns),
        _share(work.turns_180s, work.turns),
        _share(work.handle_seconds, work.chats),
        work.score,
        _share(work.positive, work.rated),
        Cell(
            _share(work.adopted, work.suggested),
            hint=_("of %(count)s") % {"count": work.suggested} if work.suggested else "",
        ),
        work.tickets,
        Cell(work.approved, hint=_of(work.proposed)),
    ]


def _of(count: int) -> str:
    return _("of %(count)s") % {"count": count} if count else ""


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
