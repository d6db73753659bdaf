"""How the installation is: every part that may fail, in words that say what to do."""

import logging
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ

from cs_platform import heartbeats, realtime
from cs_platform.ai import llm
from cs_platform.models import DueItem, NoticeDelivery, OutboxItem

logger = logging.getLogger(__name__)

Level = Literal["good", "fair", "bad"]

LATE_SECONDS = 30
FREE_BYTES_MIN = 1_000_000_000
QUEUE_LONG = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: how good it is, in a few words, and what to do about it."""

    level: Level
    text: str
    advice: str = ""


_parts: dict[str, tuple[str | Promise, Callable[[], Finding]]] = {}


def register_part(name: str, title: str | Promise, look: Callable[[], Finding]) -> None:
    """Have a part looked at by the health page. `look` takes no more than a moment; if it raises, the part is bad."""
    _parts[name] = (title, look)


def look_at_everything() -> list[tuple[str, Finding]]:
    """Title and finding of every part, in the order of registration."""
    return [(str(title), _look(look)) for title, look in _parts.values()]


def _look(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Exception as error:
        logger.exception("a part could not be looked at")
        return Finding("bad", f"{type(error).__name__}", gettext("The log of the server says more."))


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        version = str(cursor.fetchone()[0])
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return Finding("good", f"{name} {version.removeprefix('PostgreSQL ').split(' ')[0]}")


def _layer() -> Finding:
    realtime.is_reachable()
    kind = gettext("built in") if settings.EMBEDDED_REDIS else gettext("your own server")
    return Finding("good", f"Valkey / Redis · {kind}")


def _process(name: str) -> Finding:
    now = timezone.now()
    if heartbeats.is_fresh(name, now):
        return Finding("good", gettext("alive"))
    if heartbeats.is_starting(now):
        return Finding("fair", gettext("starting"))
    return Finding("bad", gettext("no sign of life for a minute"), gettext("Start everything with “manage.py up”."))


def _events() -> Finding:
    waiting = OutboxItem.objects.filter(failed_at__isnull=True)
    late = waiting.filter(created_at__lt=timezone.now() - timedelta(seconds=LATE_SECONDS)).count()
    failed = OutboxItem.objects.failed().count()
    if failed:
        advice = gettext("See “Events on their way”: the reason stands there, and they can be told again.")
        return Finding("fair", gettext("%(count)d given up") % {"count": failed}, advice)
    if late:
        return Finding("fair", gettext("%(count)d are late") % {"count": late})
    return Finding("good", gettext("nothing is late"))


def _deadlines() -> Finding:
    late = DueItem.objects.filter(due_at__lt=timezone.now() - timedelta(seconds=LATE_SECONDS)).count()
    return Finding(
        "fair" if late else "good",
        gettext("%(count)d are late") % {"count": late} if late else gettext("nothing is late"),
    )


def _jobs() -> Finding:
    waiting, failed = OrmQ.objects.count(), Failure.objects.count()
    if waiting > QUEUE_LONG:
        return Finding("fair", gettext("%(count)d wait") % {"count": waiting}, gettext("More workers help: WORKERS."))
    if failed:
        return Finding("fair", gettext("%(count)d failed") % {"count": failed}, gettext("See “Failed jobs”."))
    return Finding("good", gettext("%(count)d wait") % {"count": waiting})


def _notices() -> Finding:
    day = timezone.now() - timedelta(days=1)
    failed = NoticeDelivery.objects.filter(state=NoticeDelivery.State.FAILED, created_at__gte=day).count()
    if failed:
        advice = gettext("See “Notices sent”: the answer of the robot or mail server stands there.")
        return Finding("fair", gettext("%(count)d failed today") % {"count": failed}, advice)
    return Finding("good", gettext("none failed today"))


def _mail() -> Finding:
    if settings.EMAIL_URL:
        return Finding("good", gettext("a mail server is set"))
    return Finding("fair", gettext("no mail server"), gettext("Set EMAIL_URL to send reports and notices by e-mail."))


def _model() -> Finding:
    """As this process knows it: the model is not asked for the sake of this page."""
    known = llm.status()
    if not known.is_configured:
        return Finding("good", gettext("none: stored answers are sent word for word"))
    if not known.is_available:
        advice = gettext("Answers go out word for word meanwhile. Check LLM_BASE_URL, LLM_API_KEY and LLM_MODEL.")
        return Finding("fair", f"{known.name}: {known.last_error}", advice)
    return Finding("good", gettext("%(name)s, %(count)d answers") % {"name": known.name, "count": known.answers})


def _disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    text = gettext("%(size).1f GB free") % {"size": free / 1e9}
    return Finding("good", text) if free >= FREE_BYTES_MIN else Finding("bad", text, gettext("Make room soon."))


def _versions() -> Finding:
    return Finding("good", f"Python {platform.python_version()} · Django {django.get_version()}")


register_part("database", _("Database"), _database)
register_part("layer", _("Live connections"), _layer)
register_part("ticker", _("Deadlines and deliveries (ticker)"), lambda: _process(heartbeats.TICKER))
register_part("worker", _("Background jobs (worker)"), lambda: _process(heartbeats.WORKER))
register_part("events", _("Events on their way"), _events)
register_part("deadlines", _("Deadlines"), _deadlines)
register_part("jobs", _("Jobs in the queue"), _jobs)
register_part("notices", _("Notices to colleagues"), _notices)
register_part("mail", _("E-mail"), _mail)
register_part("model", _("Language model"), _model)
register_part("disk", _("Disk"), _disk)
register_part("versions", _("Versions"), _versions)
