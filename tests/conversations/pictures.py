"""Small real files for uploads."""

import io
import zipfile
from typing import Any

from PIL import Image

from conversations.models import Attachment, Conversation
from conversations.services.attachments import keep_media
from cs_platform.media import examine
from cs_platform.models import User


def picture(shape: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1).save(out, shape, **options)
    return out.getvalue()


def animation(frames: int = 3, size: tuple[int, int] = (8, 6)) -> bytes:
    out = io.BytesIO()
    images = [Image.new("RGB", size, (number % 2 * 200, 0, 0)) for number in range(frames)]
    images[0].save(out, "GIF", save_all=True, append_images=images[1:], duration=40)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


def upload(conversation: Conversation, body: bytes | None = None, *, by: User | None = None) -> Attachment:
    """A picture that waits to be sent."""
    return keep_media(conversation.pk, examine(body or picture(), "cup.png"), agent_id=by.pk if by else None)
