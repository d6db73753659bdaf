"""Runs a benchmark again in a process of its own, whose data directory and database are thrown away afterwards.

Servers are started by environment variables, so what they serve must be chosen before Django reads its settings.
"""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

INSIDE = "CS_BENCH_INSIDE"


def is_inside() -> bool:
    """This process is the one with the throw-away data."""
    return os.environ.get(INSIDE) == "1"


def run_elsewhere(arguments: Sequence[str]) -> dict[str, Any]:
    """The JSON object that `manage.py bench ARGUMENTS --json` prints on empty, migrated throw-away data."""
    with tempfile.TemporaryDirectory(prefix="cs-bench-") as folder, _scratch_database_url() as url:
        environment = {**os.environ, "CS_DATA_DIR": folder, "DATABASE_URL": url, INSIDE: "1"}
        environment.pop("CS_VALKEY_SOCKET", None)
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, cwd=settings.BASE_DIR, check=True)
        done = subprocess.run(
            [*manage, "bench", *arguments, "--json"],
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


@contextmanager
def _scratch_database_url() -> Iterator[str]:
    """The address of a new database on the configured server; empty for the embedded default."""
    if not settings.DATABASE_URL.startswith("postgres"):
        yield ""
        return
    name = f"scratch_{uuid.uuid4().hex[:12]}"
    parts = urlsplit(settings.DATABASE_URL)
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
