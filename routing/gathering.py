"""From what is known of a visit to the facts that a decision is made from."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from routing.facts import Facts
from routing.models import Channel, Strategy
from routing.rulebook import Rulebook
from routing.understanding import Reading

# From which strength on a negative feeling gives the customer to a person.
STRENGTHS = {Strategy.Sensitivity.HIGH: 0.4, Strategy.Sensitivity.NORMAL: 0.6, Strategy.Sensitivity.LOW: 0.8}


@dataclass(frozen=True, slots=True)
class Visit:
    """What a conversation knows when the customer has written."""

    texts: tuple[str, ...]
    at: datetime
    misses: int = 0
    customer_level: str = "normal"
    region: str = ""
    page_url: str = ""
    waiting_since: datetime | None = None


def gather_facts(visit: Visit, channel: Channel, rulebook: Rulebook, reading: Reading) -> Facts:
    """Everything that may decide, before an answer is looked for."""
    strategy = channel.reception
    hours = rulebook.hours_of(channel)
    waited = (visit.at - visit.waiting_since).total_seconds() if visit.waiting_since else 0.0
    return Facts(
        texts=visit.texts,
        mode=strategy.mode,
        misses=visit.misses,
        misses_allowed=strategy.misses_before_handoff,
        channel=channel.key,
        is_open=hours is None or hours.is_open(visit.at),
        clock=(hours.local(visit.at) if hours else timezone.localtime(visit.at)).time(),
        intent=reading.intent,
        intent_confidence=reading.confidence,
        feeling=reading.feeling,
        strength=reading.strength,
        hands_over_negative=strategy.hands_over_negative,
        negative_from=STRENGTHS[Strategy.Sensitivity(strategy.sensitivity)],
        customer_level=visit.customer_level,
        region=visit.region,
        page_url=visit.page_url,
        waiting_seconds=waited,
        wait_allowed=strategy.wait_seconds,
    )
