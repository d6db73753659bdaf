"""How long each kind of silence may last, as the channel's strategy says."""

from dataclasses import dataclass

from routing.models import Channel


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds. `agent` is how long an agent may let a customer wait: half of it earns a reminder.

    `assigned` counts for a chat that was given automatically and never answered, `widen` until another skill group
    may help, `ticket` until a wait where nobody is there becomes a ticket. Idle ones of 0 are never closed.
    """

    answer: float
    agent: float
    assigned: float
    widen: float
    ticket: float
    ai_idle: float
    person_idle: float


def patience_of(channel: Channel) -> Patience:
    """What holds on this channel; needs `strategy` selected, or reads it."""
    strategy = channel.reception
    return Patience(
        answer=strategy.wait_seconds,
        agent=strategy.agent_seconds,
        assigned=strategy.assigned_seconds,
        widen=strategy.widen_seconds,
        ticket=strategy.ticket_minutes * 60,
        ai_idle=strategy.ai_idle_minutes * 60,
        person_idle=strategy.person_idle_minutes * 60,
    )
