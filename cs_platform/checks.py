"""System checks: a wrong setting is said at the start, in words that tell what to change."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from cs_platform.roles import ROLES

DATABASE_SCHEMES = ("postgres", "postgresql", "psql", "sqlite")
REDIS_SCHEMES = ("redis", "rediss", "unix")
MODEL_SETTINGS = ("BASE_URL", "API_KEY", "MODEL")
SECRET_KEY_CHARACTERS_MIN = 32
REDIS_PY_LIMIT = 8
Finding = Iterator[CheckMessage]


def check_secret_key() -> Finding:
    """Sessions and signed identities hang on this key."""
    if len(settings.SECRET_KEY) < SECRET_KEY_CHARACTERS_MIN:
        yield Error(
            f"SECRET_KEY has fewer than {SECRET_KEY_CHARACTERS_MIN} characters.",
            hint="Leave it unset, and one is made and kept in the data directory; or set a long random one.",
            id="cs.E001",
        )
    elif settings.DEBUG is False and settings.SECRET_KEY.startswith("django-insecure-"):
        yield Error("SECRET_KEY is one of Django's examples.", hint="Set a random one.", id="cs.E001")
    kept = settings.DATA_DIR / "secret_key"
    if kept.exists() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        yield Warning(f"Other users of this machine can read {kept}.", hint=f"chmod 600 {kept}", id="cs.W001")


def check_database_url() -> Finding:
    """SQLite or PostgreSQL; nothing else is tested."""
    scheme = urlsplit(settings.DATABASE_URL).scheme
    if settings.DATABASE_URL and scheme not in DATABASE_SCHEMES:
        yield Error(
            f"DATABASE_URL starts with “{scheme}:”, which is not supported.",
            hint="Like postgres://USER:PASSWORD@HOST:5432/NAME; unset, SQLite in the data directory is used.",
            id="cs.E002",
        )


def check_redis_url() -> Finding:
    """Where sockets and cache meet."""
    given = urlsplit(settings.REDIS_URL)
    if given.scheme not in REDIS_SCHEMES or not (given.hostname or given.scheme == "unix"):
        yield Error(
            f"REDIS_URL is “{settings.REDIS_URL}”, which is not an address of a Redis or Valkey server.",
            hint="Like redis://HOST:6379/0; unset, a Valkey server of our own is started by `manage.py up`.",
            id="cs.E003",
        )


def check_hosts() -> Finding:
    """Without a host name every request is refused."""
    if not settings.DEBUG and not settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS is empty, so every request would be refused.",
            hint="Name the hosts that customers and staff use, such as ALLOWED_HOSTS=shop.example.com,127.0.0.1",
            id="cs.E004",
        )


def check_models() -> Finding:
    """A model connection needs address and model; a local one has no key."""
    for kind in ("LLM", "EMBEDDING"):
        values = {name: getattr(settings, f"{kind}_{name}", "") for name in MODEL_SETTINGS}
        missing = [f"{kind}_{name}" for name in ("BASE_URL", "MODEL") if not values[name]]
        if any(values.values()) and missing:
            yield Error(
                f"{kind}_… is set in part: {' and '.join(missing)} missing.",
                hint=f"Set {kind}_BASE_URL, {kind}_MODEL and, where the service wants one, {kind}_API_KEY; or none.",
                id="cs.E005",
            )
        elif values["BASE_URL"] and urlsplit(values["BASE_URL"]).scheme not in ("http", "https"):
            yield Error(f"{kind}_BASE_URL is not an http address.", hint="Like https://HOST/v1", id="cs.E005")


def check_redis_client() -> Finding:
    """Its version 8 ends every idle socket after five seconds."""
    if int(version("redis").split(".")[0]) >= REDIS_PY_LIMIT:
        yield Error(
            f"redis-py {version('redis')} does not work with the channel layer.",
            hint="Install what requirements.txt names: make install",
            id="cs.E006",
        )


def check_data_directory() -> Finding:
    """Database, key and sockets of the embedded default live there."""
    folder = Path(settings.DATA_DIR)
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Error(
            f"The data directory {folder} cannot be written to by this user.",
            hint="Give it to this user, or name another one in CS_DATA_DIR.",
            id="cs.E007",
        )


def check_job_times() -> Finding:
    """A job that is handed out again while it still runs does its work twice."""
    cluster = settings.Q_CLUSTER
    if not cluster.get("timeout") or cluster["timeout"] >= cluster.get("retry", 60):
        yield Error("Q_CLUSTER: timeout must be set and smaller than retry.", id="cs.E008")


def check_second_factor_roles() -> Finding:
    """A role that is misspelled would let everybody in with a password alone."""
    if unknown := sorted(set(settings.SECOND_FACTOR_ROLES) - set(ROLES)):
        yield Error(
            f"SECOND_FACTOR_ROLES names {', '.join(unknown)}, which is no role.",
            hint=f"Roles are {', '.join(ROLES)}: SECOND_FACTOR_ROLES=manager,integrator",
            id="cs.E009",
        )


CHECKS: Sequence[Callable[[], Finding]] = (
    check_secret_key,
    check_database_url,
    check_redis_url,
    check_hosts,
    check_models,
    check_redis_client,
    check_data_directory,
    check_job_times,
    check_second_factor_roles,
)


@register()
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Everything above, for `manage.py check` and every command that starts something."""
    return [message for check in CHECKS for message in check()]
