"""Wakes people who do not look at the console: robots of group chats, e-mail.

    notify(NoticeTarget.objects.for_everybody(), Notice("A customer waits", "…", url), key="queue-17-2-1")

A new transport is a file beside its neighbours with `send(target, notice) -> None`, a line in `transports.py`, a
kind in `NoticeTarget.Kind`, and its name in the contract test (`tests/cs_platform/test_notify_transports.py`).
"""

from cs_platform.notify.contract import Notice, NoticeFailed
from cs_platform.notify.services import cancel_notices, notify, send_pending_notices, send_test_notice

__all__ = ["Notice", "NoticeFailed", "cancel_notices", "notify", "send_pending_notices", "send_test_notice"]
