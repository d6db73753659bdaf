"""Background work gives way, but not with the database in hand. Each in a process of its own: it cannot be undone."""

import os
import subprocess
import sys

import pytest

from cs_platform.precedence import NICENESS

_NICE = "os.getpriority(os.PRIO_PROCESS, 0)"
_IMPORTS = "import os; from cs_platform.precedence import give_way, promptly"


def run(*lines: str) -> str:
    code = "\n".join((_IMPORTS, *lines))
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_who_gives_way_is_nice() -> None:
    assert run("give_way()", f"print({_NICE})") == str(NICENESS)


@pytest.mark.skipif(os.geteuid() != 0, reason="taking niceness back is a privilege")
def test_with_the_database_in_hand_it_does_not() -> None:
    told = run("give_way()", "with promptly():", f"    print({_NICE})", f"print({_NICE})")
    assert told.split() == ["0", str(NICENESS)]


def test_who_never_gave_way_stays_as_it_is() -> None:
    assert run("with promptly(): pass", f"print({_NICE})") == str(os.getpriority(os.PRIO_PROCESS, 0))
