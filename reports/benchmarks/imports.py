"""`bench import`: a workbook, a document of 300 pages and hostile files, while visitors chat on the same machine."""

import asyncio
import multiprocessing
import os
import random
import time
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

import django
import uvloop

from reports.benchmarks.chat_client import Ledger, Visitor, open_visitors
from reports.benchmarks.chat_server import make_shop, serve
from reports.benchmarks.contract import Benchmark, Say, percentiles
from reports.benchmarks.elsewhere import is_inside, run_elsewhere
from reports.benchmarks.hostile_files import HOSTILE_FILES
from reports.benchmarks.import_work import (
    Done,
    become_worker,
    count_twice,
    import_document,
    import_hostile,
    import_published,
    import_workbook,
    insert_plainly,
    open_shop,
)

SECONDS_MAX, MEGABYTES_MAX, TIMES_QUIET_MAX = 120, 512, 2.0
_SETUP = (
    "Files are made, read and stored by a process that stands for the worker: a session of its own that gives way as"
    " the worker of `manage.py up` does; each file is parsed in a child of its own. xlsx and docx become drafts;"
    " published ones pass a gate of golden questions, and the web process builds its index anew after each. Meanwhile"
    " visitors on open sockets send at a steady rate to one Uvicorn process. The phases follow each other in several"
    " rounds, quiet first; a phase imports one file after the other without a pause until its time is over. chat has"
    " the medians of the rounds' percentiles of acknowledgements, chat_p95_times_quiet the ratios of those medians;"
    " ok asks for at most 2. Reference: the document's entries by one plain bulk insert; ratio = entries per second of"
    " the import / the reference's."
)


@dataclass
class Phase:
    """What one kind of file did, and what the chat felt of it: milliseconds of each round."""

    works: list[Done] = field(default_factory=list)
    rounds: list[list[float]] = field(default_factory=list)

    @property
    def chat(self) -> dict[str, float]:
        """Medians of the rounds' percentiles."""
        found = [percentiles(milliseconds) for milliseconds in self.rounds]
        return {name: round(median(one[name] for one in found), 3) for name in found[0]}


@dataclass(frozen=True)
class Work:
    """What a phase does again and again."""

    call: Callable[[int, int], Done]
    size: int


def add_arguments(parser: ArgumentParser) -> None:
    """Options of `bench import`."""
    parser.add_argument("--rows", type=int, default=500, help="Rows of the workbook; a fifth of it is published.")
    parser.add_argument("--pages", type=int, default=300, help="Pages of the document.")
    parser.add_argument("--megabytes", type=int, default=1024, help="What each bomb unpacks to.")
    parser.add_argument("--golden", type=int, default=50, help="Golden questions of the gate.")
    parser.add_argument("--sockets", type=int, default=100, help="Visitors who chat meanwhile.")
    parser.add_argument("--rate", type=float, default=50.0, help="Messages a second over all sockets.")
    parser.add_argument("--seconds", type=int, default=8, help="Length of each phase, at least.")
    parser.add_argument("--rounds", type=int, default=3, help="How often each phase has its turn.")


def run(options: Namespace, say: Say) -> dict[str, Any]:
    """The figures of the document at the top, the others below."""
    if not is_inside():
        names = ("rows", "pages", "megabytes", "golden", "sockets", "rate", "seconds", "rounds")
        return run_elsewhere(["import", *(f"--{name}={getattr(options, name)}" for name in names)])
    shop = make_shop(options.sockets, agents=1)
    with serve("cs_platform.asgi:application", with_valkey=True) as servers, _worker() as worker:
        phases = uvloop.run(_phases(servers.port, shop, options, worker, say))
        reference = worker.submit(insert_plainly, options.pages, 0).result()
        return _figures(options, phases, reference, worker.submit(count_twice).result())


def _worker() -> ProcessPoolExecutor:
    """One process with Django loaded, which becomes as a worker is by its first job."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=django.setup)


async def _phases(port: int, shop: Any, options: Namespace, worker: ProcessPoolExecutor, say: Say) -> dict[str, Phase]:
    visitors, ledger = await open_visitors(port, shop, options.sockets), Ledger()
    for job in (become_worker, partial(open_shop, options.golden)):  # now everything is loaded
        await asyncio.get_running_loop().run_in_executor(worker, job)
    works = {
        "quiet": None,
        "xlsx": Work(import_workbook, options.rows),
        "docx": Work(import_document, options.pages),
        "published": Work(import_published, options.rows // 5),
        "hostile": Work(import_hostile, options.megabytes),
    }
    phases = {name: Phase() for name in works}
    for number in range(1, options.rounds + 1):
        for name, work in works.items():
            say(f"{name}, round {number} …")
            async with _chatting(visitors, ledger, options.rate) as milliseconds:
                await _work(worker, work, options.seconds, phases[name].works)
            phases[name].rounds.append(milliseconds)
    return phases


async def _work(worker: ProcessPoolExecutor, work: Work | None, seconds: int, done: list[Done]) -> None:
    """The same kind of file again and again, each time a new one, until the time is over."""
    if work is None:
        await asyncio.sleep(seconds)
        return
    until = time.monotonic() + seconds
    files = len(HOSTILE_FILES) if work.call is import_hostile else 1  # each of them at least once
    while time.monotonic() < until or len(done) < files:
        seed = len(done) + 1
        done.append(await asyncio.get_running_loop().run_in_executor(worker, work.call, work.size, seed))


@asynccontextmanager
async def _chatting(visitors: Sequence[Visitor], ledger: Ledger, rate: float) -> AsyncIterator[list[float]]:
    """Messages at a steady rate meanwhile; afterwards the list has the milliseconds of each acknowledgement."""
    rng, sending, milliseconds = random.Random(1), list["asyncio.Task[None]"](), list[float]()
    before = set(ledger.sent)

    async def talk() -> None:
        began, number = time.perf_counter(), 0
        while True:
            number += 1
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            sending.append(asyncio.create_task(rng.choice(visitors).send(ledger, "请问什么时候发货？")))

    talking = asyncio.create_task(talk())
    try:
        yield milliseconds
    finally:
        talking.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
    acked = ((client_id, sent) for client_id, sent in ledger.sent.items() if client_id not in before)
    milliseconds += [(ledger.acked[one][2] - sent) * 1000 for one, sent in acked if one in ledger.acked]


def _figures(options: Namespace, phases: dict[str, Phase], reference: Done, duplicates: int) -> dict[str, Any]:
    hostile, document = phases["hostile"].works, phases["docx"].works[0]
    honest = [one for name in ("xlsx", "docx", "published") for one in phases[name].works]
    chat = {name: {"n": sum(map(len, phase.rounds)), **phase.chat} for name, phase in phases.items()}
    slower = {name: round(chat[name]["p95_ms"] / chat["quiet"]["p95_ms"], 2) for name in chat}
    errors = sum(not one.is_as_expected for one in hostile)
    peak = max(one.peak_mb for one in honest)
    lost = sum(one.rows - one.stored for one in honest)
    is_quick = document.seconds <= SECONDS_MAX and max(slower.values()) <= TIMES_QUIET_MAX
    return {
        "name": "import",
        "n": document.rows,
        "pages": options.pages,
        **_rate_figures(document, reference),
        **percentiles([one.seconds * 1000 for one in phases["docx"].works]),
        "child_peak_mb": peak,
        "errors": errors,
        "lost": lost,
        "duplicates": duplicates,
        "xlsx": _sheet_figures(phases["xlsx"].works),
        "published": _sheet_figures(phases["published"].works),
        "hostile": [one.as_line() for one in hostile[: len(HOSTILE_FILES)]],
        "chat": chat,
        "chat_p95_times_quiet": slower,
        "load_average": round(os.getloadavg()[0], 1),
        "ok": is_quick and peak <= MEGABYTES_MAX and not (lost or duplicates or errors),
        "setup": _SETUP,
    }


def _rate_figures(document: Done, reference: Done) -> dict[str, float]:
    per_second, plainly = document.rows / document.seconds, reference.rows / reference.seconds
    return {
        "seconds": round(document.seconds, 2),
        "per_second": round(per_second, 1),
        "reference_per_second": round(plainly, 1),
        "ratio": round(per_second / plainly, 4),
    }


def _sheet_figures(works: Sequence[Done]) -> dict[str, Any]:
    first = works[0]
    times = percentiles([one.seconds * 1000 for one in works])
    return {
        "n": first.rows,
        "seconds": round(first.seconds, 2),
        "per_second": round(first.rows / first.seconds, 1),
        **times,
    }


BENCHMARK = Benchmark("Importing files, honest and hostile, beside a running chat.", add_arguments, run)
