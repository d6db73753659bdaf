"""Files of a conversation: kept when uploaded, bound when their message is sent, swept when they never are."""

import io
import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from conversations.models import Attachment, Conversation
from cs_platform.media import Media, examine

logger = logging.getLogger(__name__)

UNSENT_HOURS = 24
SWEEP_LIMIT = 200
SHARED = "shared/"  # files of the shop's own that many customers get: kept once, by what is in them
Snapshot = dict[str, Any]


class UnknownAttachment(Exception):
    """An id that is no unsent upload of this sender in this conversation."""


class NotOwner(Exception):
    """The conversation is not with the agent who wants to upload to it."""


def keep_upload(conversation_id: int, body: bytes, name: str, *, agent_id: int | None = None) -> Attachment:
    """Keep what a customer, or the agent who has the conversation, uploaded.

    Raises `media.Unacceptable`, and `NotOwner` when the conversation is not with the agent.
    """
    if agent_id is not None:
        own = Conversation.objects.owned_by(agent_id).filter(pk=conversation_id)
        if not own.exists():
            raise NotOwner
    return keep_media(conversation_id, examine(body, name), agent_id=agent_id)


def keep_media(conversation_id: int, media: Media, *, agent_id: int | None = None) -> Attachment:
    """Store examined bytes. The row comes first: a crash in between leaves a row that the sweep finds."""
    day = timezone.now().strftime("%Y/%m/%d")
    attachment = _row(conversation_id, media, f"attachments/{day}/{secrets.token_hex(16)}", agent_id=agent_id)
    default_storage.save(attachment.stored_as, io.BytesIO(media.body))
    return attachment


def share_media(conversation_id: int, media: Media) -> Attachment:
    """A picture of the shop's own, for one more conversation. A popular answer must not fill the disk with copies."""
    attachment = _row(conversation_id, media, f"{SHARED}{media.sha256}", agent_id=None)
    if not _is_whole(attachment):
        default_storage.delete(attachment.stored_as)  # half of it, from a crash
        default_storage.save(attachment.stored_as, io.BytesIO(media.body))
    return attachment


def _is_whole(attachment: Attachment) -> bool:
    stored_as = attachment.stored_as
    return default_storage.exists(stored_as) and default_storage.size(stored_as) == attachment.size


def _row(conversation_id: int, media: Media, stored_as: str, *, agent_id: int | None) -> Attachment:
    return Attachment.objects.create(
        conversation_id=conversation_id,
        uploaded_by_id=agent_id,
        kind=media.kind,
        name=media.name,
        content_type=media.content_type,
        size=len(media.body),
        width=media.width,
        height=media.height,
        sha256=media.sha256,
        stored_as=stored_as,
    )


def read_attachment(attachment: Attachment) -> bytes:
    """The stored bytes. Raises `FileNotFoundError` when they are gone."""
    with default_storage.open(attachment.stored_as) as file:
        return bytes(file.read())


def claim_unsent(ids: Iterable[int]) -> dict[int, Attachment]:
    """The unsent uploads among these ids, locked until the caller's transaction ends."""
    rows = Attachment.objects.unsent().filter(pk__in=list(ids)).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return {row.pk: row for row in rows}


def pick(
    found: Mapping[int, Attachment], ids: Sequence[int], conversation_id: int, agent_id: int | None
) -> list[Snapshot] | None:
    """What a message keeps of its attachments, in order; None when one of them is not the sender's to send."""
    picked = [found.get(number) for number in ids]
    snapshots = [
        one.snapshot()
        for one in picked
        if one is not None and one.conversation_id == conversation_id and one.uploaded_by_id == agent_id
    ]
    return snapshots if len(snapshots) == len(ids) == len(set(ids)) else None


def bind(ids: Sequence[int], message_id: int) -> None:
    """From now on these are part of a message."""
    Attachment.objects.unsent().filter(pk__in=list(ids)).update(message_id=message_id)


def preview(attached: Sequence[Mapping[str, Any]]) -> str:
    """What lists show for a message without words."""
    if not attached:
        return ""
    if all(one["kind"] == Attachment.Kind.IMAGE for one in attached):
        return gettext("[Image]")
    return gettext("[File] %(name)s") % {"name": attached[0]["name"]}


def sweep_unsent() -> int:
    """Forget uploads that were never sent, a day later. Returns how many."""
    old = Attachment.objects.unsent().uploaded_before(timezone.now() - timedelta(hours=UNSENT_HOURS))
    return forget_attachments(old.order_by("created_at")[:SWEEP_LIMIT])


def forget_attachments(attachments: "QuerySet[Attachment]") -> int:
    """Delete files and rows, files first: a crash leaves rows that the next call finds. Returns how many.

    Shared files stay: others show them, and there are no more of them than the shop has pictures.
    """
    rows = list(attachments.values_list("pk", "stored_as"))
    for _, stored_as in rows:
        if not stored_as.startswith(SHARED):
            default_storage.delete(stored_as)
    Attachment.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    return len(rows)
