"""What the plan says must happen, and what did: a day on which less happened proves less. Pure."""

from collections.abc import Mapping, Sequence

from reports.rehearsal.ledger import DayLedger
from reports.rehearsal.plan import Plan
from reports.rehearsal.reading import Heard

LATE_EVERY = 3  # of the accounts' parcels so many are delayed on their way
COUNTS = {"queued": "handoffs", "wake_up": "wake_ups", "broadcast": "broadcasts", "notice": "notices"}


def promised(plan: Plan) -> dict[str, int]:
    """How often each thing happens on a day that goes by the plan."""
    players = [*plan.day, *plan.evening, *plan.followers]
    late = -(-plan.parcels // LATE_EVERY)
    buyers = sum(bool(errand.order) for errand in plan.day)
    return {
        "customers": len(players) + plan.accounts,
        "handoffs": sum(bool(errand.reason) for errand in players),
        "wake_ups": sum(errand.name == "silent" for errand in players),
        "broadcasts": plan.audience - plan.refused,
        "notices": 2 * (plan.parcels + buyers) + late,
        "leads": sum(errand.name == "lead" for errand in players) + plan.leads,
        "orders": plan.parcels + buyers + plan.orders_after,
        "tickets": plan.tickets + plan.desk_tickets + sum(errand.name == "leave" for errand in players),
    }


def happened(ledger: DayLedger, heard: Mapping[int, Sequence[Heard]]) -> dict[str, int]:
    """The same of this day. A message counts once for each chat, except news of parcels."""
    counts = dict.fromkeys(COUNTS.values(), 0)
    for messages in heard.values():
        kinds = [one.kind for one in messages]
        for kind, name in COUNTS.items():
            counts[name] += kinds.count(kind) if kind == "notice" else kind in kinds
    return {
        **counts,
        "customers": len(heard),
        "leads": len(ledger.leads),
        "orders": len(ledger.paid),
        "tickets": ledger.tickets.total(),
    }
