"""The lists of the console: which conversations a view shows, page by page. Reads only."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.contrib.auth.models import Permission
from django.db.models import Prefetch, Q, QuerySet
from django.utils.dateparse import parse_datetime

from conversations.models import Conversation
from cs_platform.models import User
from routing.models import Agent, SkillGroup

View = Literal["queue", "mine", "ai", "all"]
VIEWS: tuple[View, ...] = ("queue", "mine", "ai", "all")
PAGE_SIZE = 50

Owner = Conversation.Owner


class BadCursor(ValueError):
    """A cursor that this server did not hand out."""


def list_conversations(view: View, user_id: int, cursor: str | None) -> tuple[list[Conversation], str | None]:
    """One page of a view, and the cursor of the next one (None on the last).

    The queue shows the longest waiting first, all else the latest message first. Conversations in which the
    customer has not said anything are left out.
    """
    rows = _rows(view, user_id).select_related("customer", "channel", "agent", "group")
    if cursor:
        rows = rows.filter(_beyond(view, _read_cursor(cursor)))
    order = ("-priority", "queued_at", "pk") if view == "queue" else ("-last_message_at", "-pk")
    page = list(rows.order_by(*order)[: PAGE_SIZE + 1])
    has_more = len(page) > PAGE_SIZE
    page = page[:PAGE_SIZE]
    return page, _write_cursor(view, page[-1]) if has_more else None


def belongs(row: Mapping[str, Any], view: View, user_id: int) -> bool:
    """Does a conversation's row (CONTRACT §5) belong to a view now?"""
    if view == "queue":
        return bool(row["owner"] == Owner.QUEUE)
    if view == "ai":
        return bool(row["owner"] == Owner.AI)
    if view == "mine":
        return bool(row["owner"] == Owner.AGENT and row["agent"]["id"] == user_id)
    return True


def _rows(view: View, user_id: int) -> "QuerySet[Conversation]":
    rows = Conversation.objects.filter(customer_seq__gt=0)
    if view == "queue":
        return rows.filter(owner=Owner.QUEUE)
    if view == "ai":
        return rows.filter(owner=Owner.AI, agent=None)  # nobody, and said so: the index has them in order
    if view == "mine":
        return rows.filter(owner=Owner.AGENT, agent_id=user_id)
    return rows


def _beyond(view: View, last: Sequence[Any]) -> Q:
    if view == "queue":
        priority, queued_at, pk = last
        later = Q(queued_at__gt=queued_at) | Q(queued_at=queued_at, pk__gt=pk)
        return Q(priority__lt=priority) | Q(priority=priority) & later
    at, pk = last
    return Q(last_message_at__lt=at) | Q(last_message_at=at, pk__lt=pk)


def _write_cursor(view: View, last: Conversation) -> str:
    if view == "queue":
        values: list[Any] = [last.priority, last.queued_at.isoformat() if last.queued_at else "", last.pk]
    else:
        values = [last.last_message_at.isoformat(), last.pk]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def _read_cursor(cursor: str) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        *numbers, at, pk = values
        moment = parse_datetime(at)
        if moment is None or not all(isinstance(number, int) for number in (*numbers, pk)):
            raise ValueError
    except (ValueError, TypeError) as error:
        raise BadCursor(cursor) from error
    return [*numbers, moment, pk]


def agents_to_transfer_to(user_id: int) -> list[dict[str, Any]]:
    """The colleagues of an agent: everybody else who may answer customers."""
    permission = Permission.objects.filter(codename="answer_conversation", content_type__app_label="conversations")
    may_answer = Q(groups__permissions__in=permission) | Q(user_permissions__in=permission) | Q(is_superuser=True)
    colleagues = User.objects.filter(may_answer, is_active=True).exclude(pk=user_id).distinct().order_by("username")
    return [{"id": colleague.pk, "name": colleague.public_name} for colleague in colleagues]


def groups_to_transfer_to() -> list[dict[str, Any]]:
    """The skill groups that have anybody in them, and how many of those are there."""
    groups = SkillGroup.objects.prefetch_related(Prefetch("agents", Agent.objects.present(), to_attr="present"))
    staffed = groups.filter(agents__user__is_active=True).distinct()
    return [{"id": group.pk, "name": group.name, "present": len(group.present)} for group in staffed]
