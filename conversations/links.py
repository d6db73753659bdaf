"""Addresses of attachments: whoever holds one may see that file, and only that file, until it expires."""

import time
from base64 import urlsafe_b64encode

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

DAY = 86_400
SALT = "conversations.attachment"


def attachment_path(attachment_id: int, name: str, *, days: int = 2, now: float | None = None) -> str:
    """The signed path of an attachment; the same all day long, so that browsers keep what they loaded."""
    expires = int(time.time() if now is None else now) // DAY + days
    return reverse("attachment", args=[f"{attachment_id}-{expires}-{_sign(attachment_id, expires)}", name])


def read_ticket(ticket: str, *, now: float | None = None) -> int | None:
    """The attachment that a signed ticket opens; None when it is forged or has expired."""
    number, _, rest = ticket.partition("-")
    day, _, signature = rest.partition("-")
    if not (number.isascii() and number.isdigit() and day.isascii() and day.isdigit() and len(number + day) < 30):
        return None
    if not constant_time_compare(signature, _sign(int(number), int(day))):
        return None
    return int(number) if (time.time() if now is None else now) < int(day) * DAY else None


def _sign(attachment_id: int, expires: int) -> str:
    digest = salted_hmac(SALT, f"{attachment_id}-{expires}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
