"""A database as the migrations make it, made once for a run: whoever needs one gets a copy, ten seconds sooner."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from cs_platform.plan import BASE_DIR
from tests.plugins.services import INHERITED

_NAME = "db.sqlite3"  # what the platform calls it in its folder


def give_database(folder: Path) -> None:
    """Put an empty, migrated SQLite database where a platform over this folder looks for it."""
    with sqlite3.connect(_original()) as original, sqlite3.connect(folder / _NAME) as copy:
        original.backup(copy)
    original.close()
    copy.close()


def _original() -> Path:
    place = Path(os.environ[INHERITED]) / "migrated"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / _NAME).exists():
            _migrate(place / "making")
            shutil.move(place / "making" / _NAME, place / _NAME)
    return place / _NAME


def _migrate(folder: Path) -> None:
    environment = os.environ | {"CS_DATA_DIR": str(folder), "DATABASE_URL": ""}
    subprocess.run([sys.executable, str(BASE_DIR / "manage.py"), "migrate", "-v0"], env=environment, check=True)
