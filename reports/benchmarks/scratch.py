"""A scratch database that is made, used and thrown away, and a channel layer that nobody listens to."""

import logging
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

# These runs kill and race processes, not machines: without a disk flush per commit they take minutes, not hours.
_PROMISES_LESS = "PRAGMA synchronous=OFF;"


@contextmanager
def scratch_database() -> Iterator[str]:
    """Use an empty, migrated database of the configured kind; its description is yielded.

    The shop's own database is not opened at all, and pushes go nowhere: conversation numbers start at 1 here, so a
    push on the shop's layer would reach strangers.
    """
    with tempfile.TemporaryDirectory(prefix="cs-bench-") as folder, _no_listeners(Path(folder)):
        original = settings.DATABASES["default"]["NAME"]
        before = connection.settings_dict["TEST"].get("NAME")
        connection.settings_dict["TEST"]["NAME"] = _place(Path(folder))
        _relax()
        connection.creation.create_test_db(verbosity=0, autoclobber=False, serialize=False)
        try:
            yield connection.vendor
        finally:
            connection.creation.destroy_test_db(original, verbosity=0)
            connection.settings_dict["TEST"]["NAME"] = before


def _place(folder: Path) -> str:
    return str(folder / "scratch.sqlite3") if connection.vendor == "sqlite" else f"scratch_{uuid.uuid4().hex[:12]}"


def _relax() -> None:
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        options["init_command"] = f"{options.get('init_command', '')} {_PROMISES_LESS}"
    else:
        options["options"] = f"{options.get('options', '')} -c synchronous_commit=off".strip()


@contextmanager
def _no_listeners(folder: Path) -> Iterator[None]:
    nowhere: dict[str, Any] = deepcopy(settings.CHANNEL_LAYERS["default"])
    nowhere["CONFIG"]["hosts"] = [{"address": f"unix://{folder}/nobody.sock"}]
    logger = logging.getLogger("cs_platform.realtime")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with override_settings(CHANNEL_LAYERS={"default": nowhere}):
            yield
    finally:
        logger.setLevel(level)
