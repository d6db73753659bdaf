"""What the size of a shop means for strategies and agents."""

from typing import Any

from cs_platform.presets import Change, Size, register_part, set_fields
from routing.models import Agent, Strategy

# A small shop has one or two people who also pack parcels: they get time. A large one has shifts: chats are spread at
# once, the AI gives up sooner, and nobody may let a customer rest.
STRATEGIES: dict[str, dict[str, Any]] = {
    "small": {"misses_before_handoff": 3, "wait_seconds": 120, "agent_seconds": 300, "assigned_seconds": 120},
    "medium": {"misses_before_handoff": 3, "wait_seconds": 120, "agent_seconds": 180, "assigned_seconds": 60},
    "large": {"misses_before_handoff": 2, "wait_seconds": 90, "agent_seconds": 120, "assigned_seconds": 45},
}
CAPACITY = {"small": 5, "medium": 8, "large": 12}


def plan(size: Size) -> list[Change]:
    """Every strategy and every agent."""
    changes = [change for strategy in Strategy.objects.all() for change in set_fields(strategy, STRATEGIES[size.name])]
    for agent in Agent.objects.select_related("user"):
        changes += set_fields(agent, {"capacity": CAPACITY[size.name]})
    return changes


register_part(plan)
