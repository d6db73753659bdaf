"""`manage.py rehearse`: a platform of its own lives through a day, and the ledger gives the verdict."""

import asyncio
import random
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone

from reports.benchmarks.contract import Say
from reports.rehearsal import shop
from reports.rehearsal.board import Board
from reports.rehearsal.day import Day, facts_of
from reports.rehearsal.listener import Listener, listening
from reports.rehearsal.monday import await_mails
from reports.rehearsal.plan import make_plan
from reports.rehearsal.report import Report
from reports.rehearsal.wechat import WeChatDouble, wechat_double
from reports.stand.login import Browser
from reports.stand.stand import Stand, free_port
from reports.stand.store import Store, stand_database

MAILS = "mails"
REQUESTS_PER_MINUTE = "6000"  # a shop that has asked for more than the usual limit


def rehearse(options: Namespace, say: Say) -> dict[str, Any]:
    """The figures of the day, and `ok`."""
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    say(f"seed {seed}")
    with (
        _folder(options.folder) as name,
        stand_database(Path(name)) as store,
        wechat_double() as wechat,
        listening() as listener,
    ):
        stand = _make_stand(Path(name), options, store, wechat, listener)
        summary, orphans = {}, 0
        try:
            summary = _run(stand, store, wechat, listener, options, seed, say)
        finally:
            orphans = stand.stop()
            if not summary.get("ok"):
                say(stand.log.read_text(errors="replace")[-6000:] if stand.log.exists() else "no log")
        return {**summary, "orphans": orphans, "ok": bool(summary["ok"]) and not orphans}


@contextmanager
def _folder(wanted: str) -> Iterator[str]:
    """A named folder stays, to look at what happened; another one goes."""
    if wanted:
        Path(wanted).mkdir(parents=True)
        yield str(Path(wanted).resolve())
        return
    with tempfile.TemporaryDirectory(prefix="cs-rehearsal-") as name:
        yield name


def _make_stand(folder: Path, options: Namespace, store: Store, wechat: WeChatDouble, listener: Listener) -> Stand:
    """It may call the doubles of this machine, and nobody else inside."""
    variables = {
        "EMAIL_URL": f"filemail:///{folder / MAILS}",
        "WECHAT_API_URL": wechat.url,
        "OUTBOUND_ALLOWED": f"{wechat.place},{listener.place}",
        "API_REQUESTS_PER_MINUTE": REQUESTS_PER_MINUTE,
    }
    port = options.port or free_port()
    return Stand(folder, port, options.web, options.workers, store.url, has_demo=False, variables=variables)


def _run(
    stand: Stand,
    store: Store,
    wechat: WeChatDouble,
    listener: Listener,
    options: Namespace,
    seed: int,
    say: Say,
) -> dict[str, Any]:
    began, first = time.monotonic(), timezone.localdate()
    stand.manage("install", "--no-demo")
    stand.import_knowledge(shop.knowledge())
    opening = f"from reports.rehearsal.opening import open_shop; open_shop({stand.password!r})"
    facts = facts_of(stand.manage("shell", "-v", "0", "-c", opening))
    stand.start()
    stand.wait_until_ready()

    day = Day(stand, make_plan(options.share, seed), facts, options, seed, wechat, listener, say)
    asyncio.run(day.run())
    manager = Browser(stand.root)
    manager.log_in(shop.MANAGER.username, stand.password)
    report = Report(day, listener, store, Board(day.api, manager, first, timezone.localdate()))
    report.make(facts["channels"])
    stand.manage("shell", "-v", "0", "-c", "from reports.rehearsal.monday import be_monday; be_monday()")
    report.judge_monday(await_mails(stand.folder / MAILS))
    return report.summary(options, seed, time.monotonic() - began)
