"""The day itself: who comes when, what is killed on the way, when it is evening; then everything is read back."""

import asyncio
import json
import random
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt

from reports.benchmarks.contract import Say
from reports.rehearsal import shop
from reports.rehearsal.api_client import Api
from reports.rehearsal.errand import Errand
from reports.rehearsal.follower import Follower
from reports.rehearsal.integrator import Integrator
from reports.rehearsal.ledger import DayLedger
from reports.rehearsal.listener import Listener
from reports.rehearsal.plan import Plan
from reports.rehearsal.promises import LATE_EVERY
from reports.rehearsal.seat import Pad, Seat
from reports.rehearsal.shopper import Shopper
from reports.rehearsal.wechat import WeChatDouble
from reports.stand.stand import Stand

PATIENCE_SECONDS = 300.0
THREADS = 24
OPEN_EVERY = 5  # so many of those who only asked leave a chat that stays open
Player = Shopper | Follower


class Day:
    """Everybody who takes part. `facts` is what `opening.open_shop` printed."""

    def __init__(
        self,
        stand: Stand,
        plan: Plan,
        facts: Mapping[str, Any],
        options: Namespace,
        seed: int,
        wechat: WeChatDouble,
        listener: Listener,
        say: Say,
    ) -> None:
        self._stand, self.plan, self._facts, self._options = stand, plan, facts, options
        self._seed, self._wechat, self._listener, self._say = seed, wechat, listener, say
        self.ledger = DayLedger()
        self.api = Api(stand.root, facts["key"])
        self.integrator = Integrator(self.api, self.ledger)
        self.kills: Counter[str] = Counter()
        self.shoppers: list[Shopper] = []
        self.followers: list[Follower] = []
        self.read_back: dict[int, list[dict[str, Any]]] = {}  # what each browser shows in the end
        self._began = time.monotonic()
        self._surprises_told = 0
        self._stop = asyncio.Event()
        self._evening = asyncio.Event()
        self._tasks: list[asyncio.Task[Any]] = []
        self._chance = random.Random(f"kills-{seed}")

    @property
    def players(self) -> list[Player]:
        return [*self.shoppers, *self.followers]

    async def run(self) -> None:
        """From morning to night; then everybody looks once more at everything."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        keeper = asyncio.create_task(self._keep())
        try:
            await self._be_morning()
            await self._be_noon()
            await self._be_evening()
            await self._be_night()
        finally:
            self._stop.set()
            self._evening.set()
            _done, hanging = await asyncio.wait(self._tasks, timeout=30.0) if self._tasks else ((), ())
            for task in (*hanging, keeper):
                task.cancel()
            results = await asyncio.gather(*self._tasks, keeper, return_exceptions=True)
        for error in (one for one in results if isinstance(one, Exception)):
            raise error
        for shopper in self.shoppers:
            self.read_back[shopper.conversation] = await shopper.read_back()

    # --- Hours of the day

    async def _be_morning(self) -> None:
        """The systems report what they know, agents sit down, customers arrive; a web process dies among them."""
        self._tell("the shop opens")
        secret = await asyncio.to_thread(self.integrator.subscribe, self._listener.url)
        self._listener.know(secret)
        await asyncio.to_thread(self.integrator.open_accounts, self.plan.accounts, self.plan.refused)
        for number, account in enumerate(self.integrator.accounts[-self.plan.parcels :]):
            await self._report_order(number, account["account"], account["id"])
        for errand in self.plan.day:
            if errand.order:
                await asyncio.to_thread(self.integrator.report_order, errand.order, errand.account, 0, 19900)
        pad = Pad(self.plan.desk_tickets)
        for person in shop.AGENTS:
            chance, people = self._random(person.username), self._facts["people"]
            seat = Seat(self._stand, self.ledger, chance, person, people, pad)
            self._play(seat.run(self._evening))
        self._tell(f"{len(self.integrator.accounts)} accounts, {len(self.ledger.paid)} orders; customers arrive")
        self._invite(self.plan.day, self.plan.seconds)
        self._invite_followers()
        self._play(self._follow_parcels())
        await asyncio.sleep(0.35 * self.plan.seconds)
        await self._kill("web")
        await self._until(lambda: all(one.conversation for one in self.shoppers), "shoppers arrive")
        await self._until(lambda: all(one.has_followed for one in self.followers), "followers arrive")

    async def _be_noon(self) -> None:
        """One broadcast to everybody, while they go on; the ticker, which gives it out, and a worker die meanwhile."""
        chats = await asyncio.to_thread(lambda: [row["id"] for row in self.api.rows("/conversations")])
        self.ledger.audience = frozenset(chats)
        self._tell(f"broadcast to {len(chats)}")
        await asyncio.to_thread(self.integrator.begin_broadcast, self._facts["segment"])
        for shopper in self.shoppers:
            if shopper.errand.name != "return":
                shopper.progress.go_on()
        await asyncio.sleep(1.0)
        await self._kill("ticker")
        await asyncio.sleep(1.0)
        await self._kill("worker")
        await self._until(self._all_through, "errands")
        await asyncio.to_thread(self.integrator.await_broadcast)
        self._tell("everybody has been served, the broadcast is finished")
        await asyncio.to_thread(self._work_beside)

    async def _be_evening(self) -> None:
        """The agents go home; who comes now leaves a message, or waits in vain."""
        self._evening.set()
        await asyncio.sleep(2.0)
        self._tell("the agents have left")
        self._invite(self.plan.evening, 0.1 * self.plan.seconds)
        await self._until(self._all_through, "the evening's errands")
        self.ledger.tickets["customer"] += sum(one.errand.name == "leave" for one in self.shoppers)

    async def _be_night(self) -> None:
        """The shop's systems end most chats; some customers come back; nothing is on its way any more."""
        await asyncio.to_thread(self._recognise_followers)
        closing = [
            chat
            for number, (chat, errand) in enumerate(sorted(self.ledger.errands.items()))
            if errand.closes and not (errand.name == "ask" and number % OPEN_EVERY == 0)
        ]
        await asyncio.to_thread(self.integrator.close, closing)
        for shopper in self.shoppers:
            if shopper.errand.name == "return":
                shopper.progress.go_on()
        await self._until(self._all_through, "those who came back")
        self._tell(f"{len(closing)} chats closed; waiting for what is on its way")
        await asyncio.to_thread(self.integrator.await_webhooks)

    # --- People

    def _invite(self, errands: Sequence[Errand], seconds: float) -> None:
        """They arrive in any order, evenly over so many seconds."""
        moments = [time.monotonic() + seconds * number / max(1, len(errands)) for number in range(len(errands))]
        self._chance.shuffle(moments)
        for errand, at in zip(errands, moments, strict=True):
            name = f"s{len(self.shoppers)}"
            chance = self._random(name)
            identity = self._sign(errand.account) if errand.account else None
            shopper = Shopper(self._stand, self.ledger, chance, shop.WEB, name, errand, starts_at=at, identity=identity)
            self.shoppers.append(shopper)
            self._play(shopper.run(self._stop))

    def _invite_followers(self) -> None:
        for number, errand in enumerate(self.plan.followers):
            at = time.monotonic() + self.plan.seconds * number / len(self.plan.followers)
            name = f"f{number}"
            follower = Follower(self._stand, self.ledger, self._random(name), self._wechat, name, errand, starts_at=at)
            self.followers.append(follower)
            self._play(follower.run(self._stop))

    def _sign(self, account: str) -> str:
        claims = {"sub": account, "exp": int(time.time()) + 7200, "name": "老顾客"}
        return jwt.encode(claims, self._facts["identity_secret"], algorithm="HS256")

    def _recognise_followers(self) -> None:
        """Which chat is whose: by what each of them wrote."""
        rows = list(self.api.rows("/conversations", channel=shop.WECHAT))
        for row in rows:
            self.ledger.channels[row["id"]] = shop.WECHAT
            said = {one["client_id"] for one in self.api.rows("/messages", conversation=row["id"], sender="customer")}
            for follower in self.followers:
                if said & set(follower.wrote):
                    self.ledger.errands[row["id"]] = follower.errand

    # --- Systems

    async def _report_order(self, number: int, account: str, conversation: int) -> None:
        await asyncio.to_thread(
            self.integrator.report_order, f"RA{number:04}20261127", account, conversation, 5900 + number
        )

    async def _follow_parcels(self) -> None:
        """Each parcel has a course of its own; all at the same time."""
        follow, tell = self.integrator.follow_parcel, self.integrator.has_told
        work = []
        for number, account in enumerate(self.integrator.accounts[-self.plan.parcels :]):
            order, chat = f"RA{number:04}20261127", account["id"]
            is_told = lambda status, chat=chat, order=order: tell(chat, order, status)  # noqa: E731
            work.append(asyncio.to_thread(follow, order, chat, is_late=number % LATE_EVERY == 0, has_arrived=is_told))
        work += [self._follow_buyer(one) for one in self.shoppers if one.errand.order]
        await asyncio.gather(*work)

    async def _follow_buyer(self, shopper: Shopper) -> None:
        await self._until(lambda: shopper.is_through, "a buyer")

        def has_read(status: str) -> bool:
            cards = [one.card for one in list(shopper.heard.values()) if one.kind == "notice"]
            return any(card and card["status"] == status for card in cards)

        follow = self.integrator.follow_parcel
        await asyncio.to_thread(follow, shopper.errand.order, shopper.conversation, is_late=False, has_arrived=has_read)

    def _work_beside(self) -> None:
        """Tickets, leads and orders that the shop's systems report about the day's chats."""
        asked = [one.conversation for one in self.shoppers if one.errand.name == "ask"]
        half = self.plan.tickets // 2
        customers = [row["customer"] for row in self.integrator.accounts[: self.plan.tickets - half]]
        self.integrator.open_tickets(customers, asked[-half:] if half else [])
        for username, user in list(self._facts["people"].items())[: len(customers)]:
            self.integrator.solve_ticket(username, user)
        self._recognise_followers()
        wechat = [chat for chat, key in self.ledger.channels.items() if key == shop.WECHAT]
        for number, chat in enumerate(sorted(wechat)[: self.plan.leads]):
            self.integrator.report_lead(chat, number)
        buyers = [one for one in self.shoppers if one.errand.name == "buy"][: self.plan.orders_after]
        for number, buyer in enumerate(buyers):
            self.integrator.report_order(
                f"RB{number:04}20261127", buyer.errand.account, buyer.conversation, 12900 + number
            )

    # --- Machinery

    def _play(self, part: Any) -> None:
        self._tasks.append(asyncio.create_task(part))

    def _random(self, name: str) -> random.Random:
        return random.Random(f"{self._seed}-{name}")

    def _all_through(self) -> bool:
        return all(one.is_through for one in self.players)

    async def _until(self, is_so: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            for task in self._tasks:
                if task.done() and (error := task.exception()):
                    raise error
            if time.monotonic() > until:
                self.ledger.surprises.append(f"waited in vain: {what}")
                return
            await asyncio.sleep(0.3)

    async def _kill(self, victim: str) -> None:
        if not self._options.kills:
            return
        while not self._stand.kill(victim, self._chance):
            await asyncio.sleep(0.2)
        self.kills[victim] += 1
        self._tell(f"killed a {victim} process")
        await asyncio.to_thread(self._stand.wait_until_ready)

    async def _keep(self) -> None:
        """The service manager: a platform that ended is started again."""
        while True:
            if self._stand.has_ended():
                self.ledger.surprises.append(f"the platform ended by itself: {self._stand.last_words()}")
                self._stand.start()
            await asyncio.sleep(0.5)

    def _tell(self, what: str) -> None:
        ledger = self.ledger
        for surprise in ledger.surprises[self._surprises_told :]:
            self._say(surprise)
        self._surprises_told = len(ledger.surprises)
        self._say(
            f"{time.monotonic() - self._began:5.0f} s  {what}; {len(ledger.sent)} sent, {len(ledger.numbers)}"
            f" acknowledged, {ledger.reconnects} reconnects, {len(ledger.surprises)} surprises {dict(+ledger.found)}"
        )


def facts_of(printed: str) -> dict[str, Any]:
    """The last line that the opening printed."""
    facts: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return facts
