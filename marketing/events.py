"""What marketing tells other apps and integrators. Contact details are masked: who needs them reads the lead."""

from dataclasses import dataclass

from cs_platform.events import event


@event("lead.captured")
@dataclass(frozen=True, slots=True)
class LeadCaptured:
    """Somebody left contact details for the first time. `phone`, `wechat` and `email` are masked."""

    lead_id: int
    customer_id: int | None
    conversation_id: int | None
    channel: str
    source: str
    status: str
    name: str
    phone: str
    wechat: str
    email: str


@event("lead.updated")
@dataclass(frozen=True, slots=True)
class LeadUpdated:
    """A lead changed; `changed` names the fields, all else is as it stands now."""

    lead_id: int
    customer_id: int | None
    channel: str
    source: str
    status: str
    name: str
    phone: str
    wechat: str
    email: str
    changed: list[str]


@event("broadcast.finished")
@dataclass(frozen=True, slots=True)
class BroadcastFinished:
    """A broadcast has no customer left to write to. `status` is finished or cancelled."""

    broadcast_id: int
    name: str
    status: str
    recipients: int
    sent: int
    skipped: int
    failed: int
