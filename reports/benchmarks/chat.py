"""`bench chat`: each message committed, acknowledged and broadcast, beside a bare echo on the same server."""

import asyncio
import random
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Any

import uvloop

from conversations.models import Message
from reports.benchmarks.chat_client import Ledger, Visitor, follow, open_visitors
from reports.benchmarks.chat_server import Servers, Shop, make_shop, serve
from reports.benchmarks.contract import Benchmark, Say, percentiles
from reports.benchmarks.elsewhere import is_inside, run_elsewhere

TEXTS = ("请问这个订单什么时候发货？", "好的，谢谢", "我想换一个大一码的，可以吗，衣服还没有拆封", "在吗")
WARM_UP = 0.1  # this share of the messages is sent before the clock starts
SETTLE_SECONDS = 2.0  # then what they set off is let finish: the first recommendation loads the search's tables
SETUP = (
    "One Uvicorn process (flags of `manage.py up`), its clients in another process on the same machine. Each message is"
    " committed (synchronous=FULL on SQLite), acknowledged and broadcast to an agent's socket and the sender's own."
    " Reference: a bare ASGI echo of the same frames on the same server at the same load. ratio = messages per"
    " CPU-second of web and Valkey together / the echo's. Rate limits are lifted."
)


@dataclass(frozen=True, slots=True)
class Load:
    """Closed loop: everybody sends as fast as answers come. Open loop: `rate` messages a second over all sockets."""

    sockets: int
    messages: int
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    ledger: Ledger
    seconds: float
    cpu_seconds: float


def add_arguments(parser: ArgumentParser) -> None:
    """Options of `bench chat`."""
    parser.add_argument("--conversations", type=int, default=100, help="Sockets of the closed loop.")
    parser.add_argument("--messages", type=int, default=20_000, help="Messages of the closed loop.")
    parser.add_argument("--sockets", type=int, default=1_000, help="Sockets of the open loop.")
    parser.add_argument("--rate", type=float, default=150.0, help="Messages a second in the open loop.")
    parser.add_argument("--seconds", type=int, default=20, help="Length of the open loop.")


def run(options: Namespace, say: Say) -> dict[str, Any]:
    """The figures of the closed loop, and those of the open loop under `open_loop`."""
    if not is_inside():
        names = ("conversations", "messages", "sockets", "rate", "seconds")
        return run_elsewhere(["chat", *(f"--{name}={getattr(options, name)}" for name in names)])
    say("closed loop …")
    figures = _measure(Load(options.conversations, options.messages), say)
    say("open loop …")
    load = Load(options.sockets, int(options.rate * options.seconds), options.rate)
    return {"name": "chat", **figures, "open_loop": _measure(load, say), "setup": SETUP}


def _measure(load: Load, say: Say) -> dict[str, Any]:
    shop = make_shop(load.sockets, agents=-(-load.sockets // 400))
    with serve("cs_platform.asgi:application", with_valkey=True) as servers:
        ours = uvloop.run(_drive(servers, load, shop))
    with serve("reports.echo:application", with_valkey=False) as servers:
        echo = uvloop.run(_drive(servers, load, None))
    figures = {**_figures(ours, echo), **_verdict(ours.ledger, shop)}
    say(f"  {figures['per_second']}/s, p95 {figures['p95_ms']} ms, ratio {figures['ratio']}, lost {figures['lost']}")
    return figures


async def _drive(servers: Servers, load: Load, shop: Shop | None) -> Run:
    ledger = Ledger()
    visitors = await open_visitors(servers.port, shop, load.sockets)
    agents = await follow(servers.port, shop, ledger) if shop else []
    await _send(visitors, int(load.messages * WARM_UP), load.rate, ledger)
    await asyncio.sleep(SETTLE_SECONDS)
    warm = len(ledger.sent)
    cpu, started = servers.cpu_seconds(), time.perf_counter()
    await _send(visitors, load.messages, load.rate, ledger)
    seconds, cpu = time.perf_counter() - started, servers.cpu_seconds() - cpu
    for _ in range(100):  # the last broadcasts are on their way
        if len(ledger.seen) >= len(ledger.acked):
            break
        await asyncio.sleep(0.1)
    for task in agents:
        task.cancel()
    measured = Ledger(dict(list(ledger.sent.items())[warm:]), {}, ledger.seen, ledger.errors)
    measured.acked = ledger.acked
    return Run(measured, seconds, cpu)


async def _send(visitors: list[Visitor], messages: int, rate: float | None, ledger: Ledger) -> None:
    if rate is None:
        share = messages // len(visitors)

        async def talk(visitor: Visitor) -> None:
            for number in range(share):
                await visitor.send(ledger, TEXTS[number % len(TEXTS)])

        await asyncio.gather(*map(talk, visitors))
        return
    rng, sending = random.Random(1), []
    started = time.perf_counter()
    order = [rng.sample(visitors, len(visitors)) for _ in range(-(-messages // len(visitors)))]
    for number, visitor in enumerate([visitor for row in order for visitor in row][:messages]):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        sending.append(asyncio.create_task(visitor.send(ledger, TEXTS[number % len(TEXTS)])))
    await asyncio.gather(*sending)


def _figures(ours: Run, echo: Run) -> dict[str, Any]:
    n = len(ours.ledger.sent)
    times = [
        ours.ledger.acked[client_id][2] - at
        for client_id, at in ours.ledger.sent.items()
        if client_id in ours.ledger.acked
    ]
    per_cpu = n / ours.cpu_seconds
    reference_per_cpu = len(echo.ledger.sent) / echo.cpu_seconds
    return {
        "n": n,
        "seconds": round(ours.seconds, 2),
        "per_second": round(n / ours.seconds, 1),
        **percentiles([second * 1000 for second in times]),
        "per_cpu_second": round(per_cpu, 1),
        "reference_per_second": round(len(echo.ledger.sent) / echo.seconds, 1),
        "reference_per_cpu_second": round(reference_per_cpu, 1),
        "ratio": round(per_cpu / reference_per_cpu, 4),
    }


def _verdict(ledger: Ledger, shop: Shop) -> dict[str, int]:
    """What the ledger says against the database: acknowledged but not stored, stored or shown twice."""
    conversations = [conversation for _, conversation in shop.visitors]
    stored: dict[str, int] = {}
    rows = Message.objects.filter(conversation_id__in=conversations).from_customer()
    for client_id in rows.values_list("client_id", flat=True):
        stored[client_id or ""] = stored.get(client_id or "", 0) + 1
    return {
        "errors": ledger.errors,
        "lost": sum(client_id not in stored for client_id in ledger.acked),
        "duplicates": sum(n > 1 for n in stored.values()) + sum(n > 1 for n in ledger.seen.values()),
        "not_broadcast": len(ledger.acked) - len(ledger.seen),
    }


BENCHMARK = Benchmark(help="Live chat against a bare echo, closed and open loop.", add_arguments=add_arguments, run=run)
