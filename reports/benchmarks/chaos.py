"""`bench chaos`: kill -9 everything, again and again, under visitors and agents who keep a ledger."""

import asyncio
import random
import tempfile
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import Counter
from pathlib import Path

from reports.benchmarks.chaos_agent import DeskAgent
from reports.benchmarks.chaos_visitor import Visitor
from reports.benchmarks.contract import Benchmark, Say, percentiles
from reports.stand.ledger import MUST_BE_ZERO, Ledger
from reports.stand.stand import VICTIMS, Stand, free_port
from reports.stand.store import Store, stand_database

AGENTS = ("agent", "agent2")
SETTLE_SECONDS = 90.0  # a lapsed lease, a deadline and a slow machine
_TOPICS = {
    "多久发货": "付款后四十八小时内发货，遇到节假日顺延。",
    "怎么申请退货": "签收后七天内，在“我的订单”里点“申请退货”，寄回后退款。",
    "退款多久到账": "我们收到退货后一到三个工作日原路退回。",
    "可以开发票吗": "可以，下单时勾选电子发票，发货后发到你的邮箱。",
    "保修几年": "整机保修一年，人为损坏除外。",
    "运费谁出": "质量问题由我们承担来回运费，其他原因由买家承担。",
    "能改收货地址吗": "发货前可以在订单里改地址，发货后请联系快递。",
    "发什么快递": "默认发中通，偏远地区发邮政。",
}
_KNOWLEDGE = [
    {"id": str(n), "question": q, "answer": a, "category": "售后"} for n, (q, a) in enumerate(_TOPICS.items())
]
_QUESTIONS = (*_TOPICS, "请问一下你们多久发货", "今天火星上的天气怎么样", "转人工")
_SETUP = (
    "Own platform started by `manage.py up` with own data. Visitors on the public socket resume by token and number and"
    " send again with the same client_id; two agents claim and answer what waits, and one of them is given customers"
    " automatically. One kill -9 at a time, at a random moment after it serves again; the supervisor is started"
    " again as a service manager would."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Options of `bench chaos`."""
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--kills", type=int, default=10, help="Kills of each victim.")
    parser.add_argument("--victims", type=_victims, default=list(VICTIMS), help=f"Of {','.join(VICTIMS)}.")
    parser.add_argument("--seconds-between", type=float, default=3.0, help="Mean time from serving to the next kill.")
    parser.add_argument("--pace", type=float, default=8.0, help="Mean seconds between two messages of one visitor.")
    parser.add_argument("--web", type=int, default=1, help="Web processes.")
    parser.add_argument("--workers", type=int, default=2, help="Background workers.")
    parser.add_argument("--port", type=int, default=0, help="Any free one unless given.")
    parser.add_argument("--seed", type=int, help="Repeat the choices of this seed.")


def _victims(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := set(names) - set(VICTIMS):
        raise ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return names


def run(options: Namespace, say: Say) -> dict[str, object]:
    """Prepare a platform, let it suffer, read everything back and give the verdict."""
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    say(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="cs-chaos-") as name, stand_database(Path(name)) as store:
        stand = Stand(Path(name), options.port or free_port(), options.web, options.workers, store.url)
        storm = Storm(stand, store, options, seed, say)
        orphans = 0
        try:
            stand.prepare(_KNOWLEDGE)
            asyncio.run(storm.run())
        finally:
            orphans = stand.stop()
            if +storm.ledger.found or orphans:
                say(stand.log.read_text(errors="replace")[-6000:] if stand.log.exists() else "no log")
        storm.ledger.found["orphans"] += orphans
        return storm.report()


class Storm:
    """The run itself: visitors, agents, the killer and the keeper who starts everything again."""

    def __init__(self, stand: Stand, store: Store, options: Namespace, seed: int, say: Say) -> None:
        self._stand, self._store, self._options, self._seed, self._say = stand, store, options, seed, say
        self.ledger = Ledger()
        self._kills: Counter[str] = Counter()
        self._gave_up = 0
        self._started = time.monotonic()
        self._agents = [DeskAgent(stand, self.ledger, random.Random(f"{seed}-{name}"), name) for name in AGENTS]
        self._visitors = [
            Visitor(stand, self.ledger, random.Random(f"{seed}-{n}"), f"v{n}", _QUESTIONS, options.pace)
            for n in range(options.visitors)
        ]

    async def run(self) -> None:
        """Start, suffer, settle, read back."""
        self._stand.start()
        await asyncio.to_thread(self._stand.wait_until_ready)
        stop = asyncio.Event()
        keeper = asyncio.create_task(self._keep())
        clients = [asyncio.create_task(client.run(stop)) for client in (*self._visitors, *self._agents)]
        try:
            await self._kill_all()
            stop.set()
            _done, hanging = await asyncio.wait(clients, timeout=SETTLE_SECONDS)
            self._say(f"all kills done, {len(hanging)} clients still wait for acknowledgements")
            await self._settle()
            for visitor in self._visitors:
                await visitor.read_back()
        finally:
            for task in (*clients, keeper):
                task.cancel()
            results = await asyncio.gather(*clients, keeper, return_exceptions=True)
        for error in (one for one in results if isinstance(one, Exception)):
            raise error
        await asyncio.to_thread(self._compare)

    async def _keep(self) -> None:
        """The service manager: a platform that ended is started again."""
        while True:
            if self._stand.has_ended():
                self._gave_up += 1
                self._say(f"the platform ended by itself: {self._stand.last_words()}")
                self._stand.start()
            await asyncio.sleep(0.2)

    async def _kill_all(self) -> None:
        chance = random.Random(self._seed)
        order = [victim for victim in self._options.victims for _ in range(self._options.kills)]
        chance.shuffle(order)
        for number, victim in enumerate(order, start=1):
            while True:
                await asyncio.to_thread(self._stand.wait_until_ready)
                await asyncio.sleep(chance.uniform(0, 2 * self._options.seconds_between))
                if self._stand.kill(victim, chance):
                    break
            self._kills[victim] += 1
            if victim == "supervisor":
                self._stand.start()
            self._tell(f"{number}/{len(order)} killed {victim}")

    def _tell(self, what: str) -> None:
        ledger = self.ledger
        self._say(
            f"{time.monotonic() - self._started:5.0f} s  {what}: {len(ledger.sent)} sent, {len(ledger.numbers)}"
            f" acknowledged, {ledger.reconnects} reconnects, {dict(+ledger.found)}"
        )

    async def _settle(self) -> None:
        """Until no customer's message waits for the AI."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            if await asyncio.to_thread(self._store.count_unanswered) == 0:
                return
            await asyncio.sleep(0.5)

    def _compare(self) -> None:
        self.ledger.compare(self._store.messages(), self._store.endings())

    def report(self) -> dict[str, object]:
        """The figures, and `ok`: nothing that must be 0 is not."""
        found, ledger = self.ledger.found, self.ledger
        seconds = time.monotonic() - self._started
        return {
            "name": "chaos",
            "ok": not any(found[name] for name in MUST_BE_ZERO) and bool(ledger.numbers),
            "n": len(ledger.sent),
            "seed": self._seed,
            "database": self._store.vendor,
            "web_processes": self._options.web,
            "visitors": self._options.visitors,
            "kills": dict(self._kills),
            "seconds": round(seconds, 1),
            "per_second": round(len(ledger.sent) / seconds, 2),
            "acknowledged": len(ledger.numbers),
            "repeats": ledger.repeats,
            "reconnects": ledger.reconnects,
            "claimed": sum(agent.claimed for agent in self._agents),
            "assigned": self._store.count_assigned(),
            "supervisor_ended_by_itself": self._gave_up,
            **percentiles([1000 * one for one in ledger.ack_seconds] or [0.0]),
            **{name: found[name] for name in MUST_BE_ZERO},
            "turns": self._store.count_turns(),
            "setup": _SETUP,
        }


BENCHMARK = Benchmark("Kill every process under visitors who keep a ledger.", add_arguments, run)
