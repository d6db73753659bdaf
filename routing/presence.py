"""Who is there to answer: written by consoles, read by hand-over."""

from django.utils import timezone

from cs_platform.models import User
from routing.models import Agent


def set_presence(user: User, presence: str) -> None:
    """The agent says so, by the console's switch; a closed console is noticed by its silence."""
    Agent.objects.update_or_create(user=user, defaults={"presence": presence, "last_seen_at": timezone.now()})


def touch(user: User) -> None:
    """The agent's console is alive."""
    Agent.objects.filter(user=user).update(last_seen_at=timezone.now())


def presence_of(user: User) -> str:
    """What the agent's switch says; someone whose console just opened is online unless set to away."""
    kept = Agent.objects.filter(user=user).values_list("presence", flat=True).first()
    return Agent.Presence.AWAY.value if kept == Agent.Presence.AWAY else Agent.Presence.ONLINE.value
