"""Waiting for processes to be gone: a killed one may take a moment on a busy machine."""

import threading
import time

from cs_platform.processes import group_members


def all_gone(groups: list[int], within: float = 20) -> bool:
    deadline, pause = time.monotonic() + within, threading.Event()
    while any(group_members(group) for group in groups) and time.monotonic() < deadline:
        pause.wait(0.02)
    return not any(group_members(group) for group in groups)


def has_forked(group: int, within: float = 20) -> bool:
    """Whether the group has more than its first process, waiting for it: what is started may take its time to fork."""
    deadline, pause = time.monotonic() + within, threading.Event()
    while len(group_members(group)) < 2 and time.monotonic() < deadline:
        pause.wait(0.02)
    return len(group_members(group)) > 1
