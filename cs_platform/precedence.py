"""Who runs first where processors are scarce: background work gives way to who talks to customers, but not while it
has the database in hand, because then everybody waits for it."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Not more: where a process may not take it back, it is starved with SQLite's only writer in hand on a busy machine.
NICENESS = 5


@dataclass
class _Manners:
    gives_way: bool = False


_manners = _Manners()


def give_way() -> None:
    """Let the other processes run first, from now on; what is forked does the same."""
    _manners.gives_way = True
    _weigh(NICENESS)


@contextmanager
def promptly() -> Iterator[None]:
    """Do not give way inside; for short work, above all transactions. Nothing changes for who never gave way."""
    if not _manners.gives_way:
        yield
        return
    _weigh(0)
    try:
        yield
    finally:
        _weigh(NICENESS)


def _weigh(niceness: int) -> None:
    with contextlib.suppress(OSError):  # back to 0 is a privilege
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    # On desktops Linux weighs sessions, not processes, against each other; there this counts, and may be taken back.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(niceness))
