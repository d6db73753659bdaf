"""Canned replies: what an agent may use, and the agent's own."""

from typing import Any

from conversations.models import CannedReply
from cs_platform.models import User

OWN_MAX = 200


def canned_for(user: User) -> list[dict[str, Any]]:
    """What everybody has, what the agent's groups have, and the agent's own, as the console shows it."""
    rows = CannedReply.objects.for_agent(user).select_related("group").distinct().order_by("title", "pk")
    return [
        {
            "id": row.pk,
            "title": row.title,
            "text": row.text,
            "shortcut": row.shortcut,
            "group": row.group.name if row.group else "",
            "is_own": row.owner_id == user.pk,
        }
        for row in rows
    ]


def keep_canned(user: User, *, title: str, text: str, shortcut: str = "") -> CannedReply:
    """A reply of the agent's own; one with the same title is replaced."""
    own = CannedReply.objects.filter(owner=user)
    known = own.filter(title=title).first()
    reply = known or CannedReply(owner=user, title=title)
    reply.text, reply.shortcut, reply.is_active = text, shortcut.lstrip("/").strip(), True
    reply.save()
    for old in own.order_by("-updated_at", "-pk")[OWN_MAX:]:
        old.delete()
    return reply


def forget_canned(user: User, number: int) -> bool:
    """Throw away one of the agent's own; False when it is not the agent's."""
    return bool(CannedReply.objects.filter(pk=number, owner=user).delete()[0])
