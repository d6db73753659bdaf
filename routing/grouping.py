"""Which skill group a chat belongs to when no rule says so: by channel and region. Pure, but for reading the rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from routing.models import SkillGroup


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A group as the choice sees it. One with neither channels nor regions gets chats by rules alone."""

    id: int
    channels: frozenset[int] = frozenset()
    regions: tuple[str, ...] = ()
    precedence: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        """Precedence first, then how narrow it is."""
        return self.precedence, bool(self.channels) + bool(self.regions)

    def fits(self, channel_id: int, region: str) -> bool:
        if not self.channels and not self.regions:
            return False
        by_channel = not self.channels or channel_id in self.channels
        return by_channel and (not self.regions or any(name in region for name in self.regions))


def choose_group(groups: Iterable[GroupSpec], channel_id: int, region: str) -> int | None:
    """The group with the highest precedence that fits; of equals the narrower one, then the older one."""
    fitting = [group for group in groups if group.fits(channel_id, region)]
    best = max(fitting, key=lambda group: (*group.rank, -group.id), default=None)
    return best.id if best else None


def group_for(channel_id: int, region: str) -> int | None:
    """The group whose chats come from this channel and region."""
    rows = SkillGroup.objects.prefetch_related("channels")
    specs = (
        GroupSpec(
            id=group.pk,
            channels=frozenset(channel.pk for channel in group.channels.all()),
            regions=tuple(group.region_names()),
            precedence=group.priority,
        )
        for group in rows
    )
    return choose_group(specs, channel_id, region)
