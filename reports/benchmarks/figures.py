"""`bench reports`: a month of very many conversations: building its facts, and what a board over it costs."""

import os
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from conversations.models import Conversation
from conversations.services.incoming import Incoming, append_customer_messages
from reports.benchmarks.contract import Benchmark, Say, percentiles
from reports.benchmarks.reports_shop import Month, make_month
from reports.benchmarks.scratch import scratch_database
from reports.board import make_board
from reports.building import rebuild, recount_all, sweep_episodes
from reports.models import Episode, Watermark
from reports.scope import Scope
from reports.totals import Totals, all_of, sums_by_hour

BOARDS = 15
LIVE = 20
WRITER_PAUSE = 0.02
_SETUP = (
    "A scratch database of the configured kind without a disk flush per commit; conversations of eight scripts, spread"
    " over 30 days on 5 channels with 20 categories and 10 agents, inserted set-based. While everything is built anew,"
    " another thread of the same process writes to conversations, one small transaction each 20 ms: its waits are in"
    " writer. p50/p95/p99 are wall time of the whole board of 30 days (six figures with trend, all tables), cpu the"
    " processor time of the thread. Reference: the same sums read from the episodes instead of the tallies; ratio ="
    " reference cpu p50 / cpu p50 of reading the tallies. live: one message stored, until the sums have it."
)


@dataclass(slots=True)
class Times:
    """Milliseconds, call by call."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, call: Callable[[], Any]) -> Any:
        wall, cpu = time.perf_counter(), time.thread_time()
        result = call()
        self.cpu.append((time.thread_time() - cpu) * 1000)
        self.wall.append((time.perf_counter() - wall) * 1000)
        return result

    def figures(self) -> dict[str, object]:
        return {**percentiles(self.wall), "cpu": percentiles(self.cpu)}


def add_arguments(parser: ArgumentParser) -> None:
    """Options of `bench reports`."""
    parser.add_argument("--n", type=int, default=100_000, help="Number of conversations.")


def run(options: Namespace, say: Say) -> dict[str, object]:
    """The figures, on a database that is thrown away."""
    started, now = time.perf_counter(), timezone.now()
    with scratch_database() as vendor:
        say(f"inventing {options.n} conversations")
        month = make_month(options.n, now - timedelta(hours=1))
        say("building their facts, while another thread writes")
        rebuilt, writer = _rebuild(month)
        say("counting every hour anew")
        tally = Times()
        tally.take(lambda: recount_all(now))
        today = timezone.localtime(now).date()
        scope = Scope(today - timedelta(days=29), today)
        verdict = _verdict(month, replace(scope, start=today - timedelta(days=31)), now)
        boards, sums, reference = _read(scope, now)
        say("following single messages")
        live = _follow()
        return {
            "name": "reports",
            "n": options.n,
            "messages": month.messages,
            "seconds": round(time.perf_counter() - started, 1),
            "per_second": round(options.n / (rebuilt.wall[0] / 1000), 1),
            **boards.figures(),
            "reference_per_second": round(1000 / percentiles(reference.cpu)["p50_ms"], 1),
            "ratio": round(percentiles(reference.cpu)["p50_ms"] / percentiles(sums.cpu)["p50_ms"], 2),
            "rebuild": rebuilt.figures(),
            "tally": tally.figures(),
            "sums": sums.figures(),
            "reference": reference.figures(),
            "live": live.figures(),
            "writer": {**percentiles(writer), "longest_ms": round(max(writer), 1), "writes": len(writer)},
            **verdict,
            "database": vendor,
            "load": os.getloadavg()[0],
            "setup": _SETUP,
        }


def _rebuild(month: Month) -> tuple[Times, list[float]]:
    times = Times()
    with _writing() as waits:
        times.take(rebuild)
    return times, waits


@contextmanager
def _writing() -> Iterator[list[float]]:
    """Another thread writes steadily; the milliseconds that each write took."""
    stop, waits = threading.Event(), list[float]()

    def write() -> None:
        number = 0
        while not stop.wait(WRITER_PAUSE):
            number += 1
            began = time.perf_counter()
            Conversation.objects.filter(pk=1 + number % 1000).update(unread=number % 100)
            waits.append((time.perf_counter() - began) * 1000)
        connection.close()

    thread = threading.Thread(target=write, name="writer")
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()


def _read(scope: Scope, now: datetime) -> tuple[Times, Times, Times]:
    boards, sums, reference = Times(), Times(), Times()
    for _ in range(BOARDS):
        boards.take(lambda: make_board(scope, now))
        sums.take(lambda: all_of(scope, now))
    for _ in range(3):
        reference.take(lambda: sums_by_hour(scope, now))
    return boards, sums, reference


def _follow() -> Times:
    """What it costs until one more message is in the figures."""
    times = Times()
    Watermark.objects.update(at=timezone.now())
    for number in range(1, LIVE + 1):
        append_customer_messages([Incoming(number, f"live-{number}", "还有一个问题")])
        times.take(sweep_episodes)
    return times


def _verdict(month: Month, scope: Scope, now: datetime) -> dict[str, object]:
    """Nothing lost, nothing twice, and both ways of counting agree with what was made."""
    totals, direct = all_of(scope, now), Totals.added(sums_by_hour(scope, now).values())
    built = Episode.objects.filter(start_seq=0).count()
    wrong = [
        totals["engaged"] != month.engaged,
        totals["handed_over"] != month.with_person,
        totals != direct,
    ]
    return {
        "lost": month.conversations - built,
        "duplicates": 0,
        "errors": sum(wrong),
        "ok": not any(wrong) and built == month.conversations,
    }


BENCHMARK = Benchmark("A month of very many conversations: facts, sums, the board.", add_arguments, run)
