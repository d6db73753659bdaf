"""What the size of a shop means for calling people to a customer who waits."""

from conversations.models import EscalationStep
from cs_platform.presets import Change, Size, register_part

Audience = EscalationStep.Audience

# In a small shop the owner is soon the only one left to call; in a large one the group comes first, and quickly.
LADDERS: dict[str, tuple[tuple[int, str], ...]] = {
    "small": ((20, Audience.GROUP), (45, Audience.MANAGERS)),
    "medium": ((20, Audience.GROUP), (60, Audience.DUTY), (180, Audience.MANAGERS)),
    "large": ((15, Audience.GROUP), (40, Audience.DUTY), (90, Audience.MANAGERS)),
}


def plan(size: Size) -> list[Change]:
    """The steps that hold for every channel without steps of its own."""
    rows = EscalationStep.objects.filter(channel=None).order_by("after_seconds", "pk")
    before = [(row.after_seconds, row.audience) for row in rows]
    after = list(LADDERS[size.name])
    if before == after:
        return []
    title = str(EscalationStep._meta.verbose_name_plural)
    return [Change(title, _in_words(before), _in_words(after), lambda: _replace(size))]


def _replace(size: Size) -> None:
    EscalationStep.objects.filter(channel=None).delete()
    EscalationStep.objects.bulk_create(
        EscalationStep(after_seconds=seconds, audience=audience) for seconds, audience in LADDERS[size.name]
    )


def _in_words(steps: list[tuple[int, str]]) -> str:
    return " → ".join(f"{seconds} s {Audience(audience).label}" for seconds, audience in steps) or "—"


register_part(plan)
