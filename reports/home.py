"""The figures of the back office's home page. Each function is one figure; its docstring is the definition."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Conversation, Message
from cs_platform import heartbeats
from cs_platform.models import Heartbeat
from cs_platform.text import normalise
from kb.models import Entry
from kb.search import encoding_progress
from kb.version import current_version
from reports.first_steps import first_steps
from routing.models import Agent, Channel

UNKNOWN_DAYS = 7
UNKNOWN_READ = 200
UNKNOWN_SHOWN = 8
AGENTS_SHOWN = 6
_ENCODING_SECONDS = 10


@dataclass(frozen=True)
class Now:
    """Open conversations at this moment, by who has the next word."""

    waiting: int
    longest_wait: timedelta | None
    with_people: int
    with_ai: int


@dataclass(frozen=True)
class Today:
    """Since midnight in the shop's time zone."""

    conversations: int
    messages: int
    answered: int
    clarified: int
    unknown: int
    handed_over: int

    @property
    def decided(self) -> int:
        """Turns of the AI, whatever came of them: the whole that the four shares add up to."""
        return self.answered + self.clarified + self.unknown + self.handed_over


@dataclass(frozen=True)
class Knowledge:
    """Entries by status, and how far the sentence vectors are."""

    published: int
    drafts: int
    samples: int
    own_published: int
    to_review: int
    ending: int
    expired: int
    encoded: int
    to_encode: int

    @property
    def is_encoding(self) -> bool:
        return self.encoded < self.to_encode


@dataclass(frozen=True)
class Health:
    """Whether the background processes have shown life within the last minute; just started, they need not have."""

    ticker: bool
    worker: bool
    is_starting: bool = False

    @property
    def is_well(self) -> bool:
        return self.ticker and self.worker

    @property
    def has_stopped(self) -> bool:
        return not self.is_well and not self.is_starting


@dataclass
class Unknown:
    """A question that the AI did not know, where it was last asked, and how often."""

    question: str
    conversation_id: int
    asked_at: datetime
    count: int = 0


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the home page shows to this user: figures only with the permission to see their rows."""
    now = timezone.now()
    user = request.user
    if user.has_perm("conversations.view_conversation"):
        context |= {
            "now": figures_now(now),
            "today": figures_today(_midnight(now)),
            "unknown": unknown_questions(now),
            "agents": agents_there(),
        }
    if user.has_perm("kb.view_entry"):
        context |= {"knowledge": figures_knowledge()}
    context |= {
        "title": _("Today"),
        "health": health(now),
        "channels": list(Channel.objects.filter(is_enabled=True)[:5]) if user.has_perm("routing.view_channel") else [],
    }
    if user.has_perm("kb.change_entry"):
        context |= {"steps": first_steps(own_published=context["knowledge"].own_published)}
    return context


def figures_now(now: datetime) -> Now:
    """Open conversations by owner. Waiting: in the queue for a person; the longest wait counts from joining it."""
    rows = Conversation.objects.open().order_by().values_list("owner").annotate(Count("pk"), Min("queued_at"))
    counts = {owner: (count, since) for owner, count, since in rows}
    waiting, since = counts.get(Conversation.Owner.QUEUE, (0, None))
    return Now(
        waiting=waiting,
        longest_wait=now - since if since else None,
        with_people=counts.get(Conversation.Owner.AGENT, (0, None))[0],
        with_ai=counts.get(Conversation.Owner.AI, (0, None))[0],
    )


def figures_today(midnight: datetime) -> Today:
    """Since midnight: conversations in which a customer wrote, messages of customers, and what the AI's turns came to.

    Answered: an entry's answer was sent. Asked back: questions to choose from. Unknown: it admitted not to know.
    Handed over: given to people by a rule or a request. A turn counts once.
    """
    row = _messages_since(midnight).aggregate(
        conversations=Count("conversation", distinct=True, filter=Q(sender=Message.Sender.CUSTOMER)),
        messages=Count("pk", filter=Q(sender=Message.Sender.CUSTOMER)),
        answered=Count("pk", filter=Q(decision__decision="answer")),
        clarified=Count("pk", filter=Q(decision__decision="clarify")),
        unknown=Count("pk", filter=Q(decision__decision="unknown")),
        handed_over=Count("pk", filter=Q(decision__decision="handoff")),
    )
    return Today(**row)


def unknown_questions(now: datetime) -> list[Unknown]:
    """The newest questions of the last days that the AI did not know; the same wording is one line with its count."""
    asked = Message.objects.filter(conversation=OuterRef("conversation"), seq=OuterRef("answers_seq"))
    rows = (
        _messages_since(now - timedelta(days=UNKNOWN_DAYS))
        .filter(Q(decision__decision="unknown") | Q(decision__reason=Conversation.HandoffReason.REPEATED_MISS))
        .annotate(question=Subquery(asked.values("text")[:1]))
        .order_by("-pk")
        .values_list("question", "conversation_id", "created_at")[:UNKNOWN_READ]
    )
    lines: dict[str, Unknown] = {}
    for question, conversation_id, at in rows:
        line = lines.setdefault(normalise(question or ""), Unknown(question or "", conversation_id, at))
        line.count += 1
    return [line for key, line in lines.items() if key][:UNKNOWN_SHOWN]


def agents_there() -> list[Agent]:
    """Agents whose console is open and set to online."""
    return list(Agent.objects.present().select_related("user")[:AGENTS_SHOWN])


def figures_knowledge() -> Knowledge:
    """Entries: published, drafts, samples of the demo shop; texts of published entries with and without vector.

    What owners have to look at: reviews that are due, entries that end within a week, ended ones not yet archived.
    """
    published = Q(status=Entry.Status.PUBLISHED)
    counts = Entry.objects.aggregate(
        published=Count("pk", filter=published),
        drafts=Count("pk", filter=Q(status=Entry.Status.DRAFT)),
        samples=Count("pk", filter=published & Q(is_sample=True)),
        own_published=Count("pk", filter=published & Q(is_sample=False)),
    )
    now = timezone.now()
    care = {
        "to_review": Entry.objects.due_for_review(now).count(),
        "ending": Entry.objects.expiring(now).count(),
        "expired": Entry.objects.expired(now).count(),
    }
    slot = int(timezone.now().timestamp()) // _ENCODING_SECONDS
    encoded, to_encode = _encoding(current_version(), slot)
    return Knowledge(**counts, **care, encoded=encoded, to_encode=to_encode)


def health(now: datetime, *, started_at: datetime | None = None) -> Health:
    """Fresh heartbeats of the ticker (deadlines, sweeps) and of a worker (jobs)."""
    oldest = now - timedelta(seconds=heartbeats.FRESH_SECONDS)
    fresh = set(Heartbeat.objects.filter(at__gte=oldest).values_list("name", flat=True))
    is_starting = heartbeats.is_starting(now, started_at=started_at)
    return Health(ticker=heartbeats.TICKER in fresh, worker=heartbeats.WORKER in fresh, is_starting=is_starting)


@lru_cache(maxsize=1)
def _encoding(version: int, slot: int) -> tuple[int, int]:
    """Comparing every text with the stored vectors is work: once in ten seconds is enough for a page."""
    return encoding_progress()


def _messages_since(moment: datetime) -> Any:
    # Conversations are indexed by their last message, messages by their conversation: no walk through all messages.
    return Message.objects.filter(conversation__last_message_at__gte=moment, created_at__gte=moment).order_by()


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
