"""What customers asked in the last week, and what they would have got had the AI dared more or less.

Nothing is asked again: how sure the knowledge base was of each answer is kept beside the message, and that decides.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.models import Message
from cs_platform.masking import hide_personal
from kb.answering import Band
from kb.confidence import Stance
from kb.stances import band_under

WEEK = timedelta(days=7)
READ_MAX = 5_000  # the newest; reading so many takes some tenths of a second
BANDS: tuple[Band, ...] = ("answer", "clarify", "unknown")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that knowledge decided about: which, how sure it was, and of what."""

    conversation_id: int
    seq: int
    decision: str
    reason: str
    confidence: float
    entry: str  # its standard question, or the first that was offered

    def band(self, stance: Stance) -> Band | None:
        """What the customer would have got."""
        return band_under(stance, decision=self.decision, reason=self.reason, confidence=self.confidence)


@dataclass(frozen=True, slots=True)
class Week:
    """The questions of the last seven days, newest first; `is_capped` when there were more than are read."""

    questions: Sequence[Asked]
    is_capped: bool

    def counts(self, stance: Stance) -> Mapping[Band, int]:
        """How many would have been answered, offered and unknown."""
        found = Counter(one.band(stance) for one in self.questions)
        return {band: found[band] for band in BANDS}

    def moved(self, was: Stance, now: Stance) -> list[Asked]:
        """Those that would have been treated differently."""
        return [one for one in self.questions if one.band(was) != one.band(now)]


def read_week(channel_ids: Collection[int], *, now: datetime) -> Week:
    """The questions of these channels that knowledge answered, offered something for, or did not know."""
    since = now - WEEK
    # Conversations are indexed by their last message, messages by their conversation: no walk through all messages.
    replies = Message.objects.filter(
        conversation__last_message_at__gte=since,
        conversation__channel__in=channel_ids,
        created_at__gte=since,
        sender=Message.Sender.AI,
        answers_seq__isnull=False,
    )
    rows = replies.order_by("-pk").values_list(
        "conversation_id", "answers_seq", "decision", "options", "entry__question"
    )[: READ_MAX + 1]
    read = list(rows)
    asked = [_asked(*row) for row in read[:READ_MAX]]
    return Week([one for one in asked if one.band("balanced")], is_capped=len(read) > READ_MAX)


def texts_of(questions: Collection[Asked]) -> dict[Asked, str]:
    """What the customers wrote, without what is personal."""
    rows = Message.objects.from_customer().filter(
        conversation__in={one.conversation_id for one in questions}, seq__in={one.seq for one in questions}
    )
    texts = {(number, seq): text for number, seq, text in rows.values_list("conversation_id", "seq", "text")}
    return {one: hide_personal(texts.get((one.conversation_id, one.seq), "")) for one in questions}


def _asked(
    conversation_id: int,
    seq: int | None,
    decision: Mapping[str, object] | None,
    options: Sequence[Mapping[str, str]],
    entry: str | None,
) -> Asked:
    kept = decision or {}
    confidence = kept.get("confidence")
    offered = next((option.get("text", "") for option in options or ()), "")
    return Asked(
        conversation_id=conversation_id,
        seq=seq or 0,
        decision=str(kept.get("decision", "")),
        reason=str(kept.get("reason", "")),
        confidence=float(confidence) if isinstance(confidence, int | float) else 0.0,
        entry=entry or offered,
    )
