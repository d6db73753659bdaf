"""`bench import`: a workbook, a document of 300 pages and hostile files, while visitors chat on the same machine."""

import asyncio
import multiprocessing
import random
import time
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import django
import uvloop

from reports.benchmarks.chat_client import Ledger, Visitor, open_visitors
from reports.benchmarks.chat_server import make_shop, serve
from reports.benchmarks.contract import Benchmark, Say, percentiles
from reports.benchmarks.elsewhere import is_inside, run_elsewhere
from reports.benchmarks.hostile_files import HOSTILE_FILES
from reports.benchmarks.import_work import Done, import_document, import_hostile, import_workbook, insert_plainly

SECONDS_MAX, MEGABYTES_MAX = 120, 512
_SETUP = (
    "Files are made, read and stored by a process that stands for the worker; each is parsed in a child of its own."
    " Entries become drafts, so nothing is encoded. Meanwhile visitors on open sockets send at a steady rate to one"
    " Uvicorn process; chat has their acknowledgements per phase, quiet first. Each phase imports one file after the"
    " other without a pause until its time is over. Reference: the document's entries by one plain"
    " bulk insert; ratio = entries per second of the import / the reference's."
)


@dataclass
class Phase:
    """What one kind of file did, and what the chat felt of it."""

    works: list[Done] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def add_arguments(parser: ArgumentParser) -> None:
    """Options of `bench import`."""
    parser.add_argument("--rows", type=int, default=500, help="Rows of the workbook.")
    parser.add_argument("--pages", type=int, default=300, help="Pages of the document.")
    parser.add_argument("--megabytes", type=int, default=1024, help="What each bomb unpacks to.")
    parser.add_argument("--sockets", type=int, default=100, help="Visitors who chat meanwhile.")
    parser.add_argument("--rate", type=float, default=50.0, help="Messages a second over all sockets.")
    parser.add_argument("--seconds", type=int, default=15, help="Length of each phase, at least.")


def run(options: Namespace, say: Say) -> dict[str, Any]:
    """The figures of the document at the top, the others below."""
    if not is_inside():
        names = ("rows", "pages", "megabytes", "sockets", "rate", "seconds")
        return run_elsewhere(["import", *(f"--{name}={getattr(options, name)}" for name in names)])
    shop = make_shop(options.sockets, agents=1)
    with serve("cs_platform.asgi:application", with_valkey=True) as servers, _worker() as worker:
        phases = uvloop.run(_phases(servers.port, shop, options, worker, say))
        reference = worker.submit(insert_plainly, options.pages, 0).result()
    return _figures(options, phases, reference)


def _worker() -> ProcessPoolExecutor:
    """One process with Django loaded, as a worker is."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=context, initializer=django.setup)


async def _phases(port: int, shop: Any, options: Namespace, worker: ProcessPoolExecutor, say: Say) -> dict[str, Phase]:
    visitors = await open_visitors(port, shop, options.sockets)
    ledger = Ledger()
    await asyncio.get_running_loop().run_in_executor(worker, import_workbook, 5, 99)  # everything is loaded
    phases = {}
    works: dict[str, Sequence[tuple[Callable[..., Done], int]]] = {
        "quiet": (),
        "xlsx": [(import_workbook, options.rows)],
        "docx": [(import_document, options.pages)],
        "hostile": [(import_hostile, options.megabytes)],
    }
    for name, work in works.items():
        say(f"{name} …")
        async with _chatting(visitors, ledger, options.rate) as milliseconds:
            done = await _work(worker, work, options.seconds)
        phases[name] = Phase(done, milliseconds)
    return phases


async def _work(
    worker: ProcessPoolExecutor, work: Sequence[tuple[Callable[..., Done], int]], seconds: int
) -> list[Done]:
    """The same kind of file again and again, each time a new one, until the time is over."""
    until, done, seed = time.monotonic() + seconds, list[Done](), 0
    if not work:
        await asyncio.sleep(seconds)
        return done
    call, size = work[0]
    rounds = len(HOSTILE_FILES) if call is import_hostile else 1
    while time.monotonic() < until or seed < rounds:
        seed += 1
        done.append(await asyncio.get_running_loop().run_in_executor(worker, call, size, seed))
    return done


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


def _figures(options: Namespace, phases: dict[str, Phase], reference: Done) -> dict[str, Any]:
    documents, hostile = phases["docx"].works, phases["hostile"].works
    document = documents[0]
    chat = {name: {"n": len(phase.milliseconds), **percentiles(phase.milliseconds)} for name, phase in phases.items()}
    slower = {name: round(chat[name]["p95_ms"] / chat["quiet"]["p95_ms"], 2) for name in chat}
    per_second = document.rows / document.seconds
    survived = [one for one in hostile if one.is_as_expected]
    peak = max(one.peak_mb for phase in phases.values() for one in phase.works)
    lost = sum(one.rows - one.stored for one in (*documents, *phases["xlsx"].works))
    return {
        "name": "import",
        "n": document.rows,
        "pages": options.pages,
        "seconds": round(document.seconds, 2),
        "per_second": round(per_second, 1),
        "reference_per_second": round(reference.rows / reference.seconds, 1),
        "ratio": round(per_second / (reference.rows / reference.seconds), 4),
        **percentiles([one.seconds * 1000 for one in documents]),
        "child_peak_mb": peak,
        "errors": len(hostile) - len(survived),
        "lost": lost,
        "duplicates": 0,
        "xlsx": _sheet_figures(phases["xlsx"].works),
        "hostile": [one.as_line() for one in hostile[: len(HOSTILE_FILES)]],
        "chat": chat,
        "chat_p95_times_quiet": slower,
        "ok": document.seconds <= SECONDS_MAX and peak <= MEGABYTES_MAX and not lost and len(survived) == len(hostile),
        "setup": _SETUP,
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
