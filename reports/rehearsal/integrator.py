"""The shop's systems on this day, through the API alone: accounts, orders, parcels, tickets, leads, the broadcast."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from reports.rehearsal import shop
from reports.rehearsal.api_client import Api
from reports.rehearsal.ledger import DayLedger, Paid

EVENTS = (
    *("conversation.created", "conversation.status_changed", "message.created", "lead.captured", "lead.updated"),
    *("ticket.created", "ticket.updated", "customer.updated", "broadcast.finished", "knowledge.gap_found"),
)
AT_ONCE = 4
PATIENCE_SECONDS = 150.0
COURSE = ("shipped", "delayed", "delivered")
WORDS = {"shipped": "已揽收", "delayed": "分拨中心爆仓", "delivered": "已签收"}


class Integrator:
    """Every method blocks; the day calls them in threads."""

    def __init__(self, api: Api, ledger: DayLedger) -> None:
        self.api, self._book = api, ledger
        self.accounts: list[dict[str, Any]] = []  # conversations of accounts that write nothing

    def subscribe(self, url: str) -> str:
        """The secret of the new endpoint."""
        return str(self.api.post("/webhooks/endpoints", {"url": url, "events": list(EVENTS)})["secret"])

    def open_accounts(self, count: int, refused: int) -> None:
        """Customers whom the shop knows get a chat before they write; some want no promotions."""
        self.accounts = self._each(self._open_account, range(count))
        for row in self.accounts[:refused]:
            self.api.patch(f"/customers/{row['customer']}", {"marketing_consent": "refused"})
            self._book.unwilling.add(row["id"])
        self._book.profiles += count + refused

    def _open_account(self, number: int) -> dict[str, Any]:
        body = {"channel": shop.WEB, "external_id": f"account-{number}", "profile": {"name": f"顾客{number}"}}
        row: dict[str, Any] = self.api.post("/conversations", body)
        self._book.channels[row["id"]] = shop.WEB
        return {**row, "account": body["external_id"]}

    def report_order(self, number: str, account: str, conversation: int, cents: int) -> None:
        """A paid order of a shop's account. `conversation` is where the ledger counts it, if its buyer has written."""
        now = datetime.now(UTC)
        total = Decimal(cents) / 100
        self.api.post(
            "/orders",
            {
                "number": number,
                "status": "paid",
                "total": str(total),
                "channel": shop.WEB,
                "customer": {"account": account},
                "paid_at": now.isoformat(),
                "items": [{"sku": "RH-1", "name": "保温杯", "quantity": 1, "price": str(total)}],
            },
        )
        self._book.paid.append(Paid(number, conversation, total, now))

    def follow_parcel(
        self, number: str, conversation: int, *, is_late: bool, has_arrived: Callable[[str], bool]
    ) -> None:
        """Report the parcel's course, each piece of news twice, as systems do; wait until the customer has read it."""
        [order] = self.api.rows("/orders", number=number)
        for status in COURSE if is_late else ("shipped", "delivered"):
            now = datetime.now(UTC).isoformat()
            body = {
                "tracking_number": f"ZT{number}",
                "carrier": "中通",
                "status": status,
                "events": [{"at": now, "text": WORDS[status]}],
            }
            for _ in range(2):
                self.api.post(f"/orders/{order['id']}/shipments", body)
            self._book.notices[conversation, f"ZT{number}", status] += 1
            self._wait(f"news of {number}: {status}", lambda status=status: has_arrived(status))  # type: ignore[misc]

    def has_told(self, conversation: int, number: str, status: str) -> bool:
        """Whether the chat has a notice about this status of the parcel."""
        cards = [row["card"] or {} for row in self.api.rows("/messages", conversation=conversation)]
        return any(card.get("tracking") == f"ZT{number}" and card.get("status") == status for card in cards)

    def open_tickets(self, customers: Sequence[int], chats: Sequence[int]) -> None:
        """By customer, or about a chat."""
        for customer in customers:
            self.api.post("/tickets", {"subject": "补发配件", "type": "other", "customer": customer})
            self._book.tickets["api"] += 1
        for chat in chats:
            self.api.post("/tickets", {"subject": "跟进会话", "type": "other", "conversation": chat})
            self._book.tickets["api"] += 1
            self._book.about[chat] += 1

    def solve_ticket(self, username: str, owner: int) -> None:
        """A ticket without an owner is given to an agent and is solved."""
        ticket = next(row for row in self.api.rows("/tickets", source="api", status="open") if row["owner"] is None)
        self.api.patch(f"/tickets/{ticket['id']}", {"owner": owner})
        self.api.patch(f"/tickets/{ticket['id']}", {"status": "solved"})
        self._book.solved[username] += 1

    def report_lead(self, chat: int, number: int) -> None:
        """Somebody of a chat left contact at a fair, and the same again."""
        body = {"conversation": chat, "name": f"展会{number}", "phone": f"136{number:08}"}
        row = self.api.post("/leads", body)
        self._book.leads[chat] = datetime.fromisoformat(row["created_at"])
        self.api.post("/leads", body)
        self._book.repeated_leads += 1

    def begin_broadcast(self, segment: int) -> None:
        """To everybody who is a customer now; the ledger has written down who that is."""
        body = {
            "name": "会员日",
            "segment": segment,
            "channels": [shop.WEB, shop.WECHAT],
            "text": shop.BROADCAST,
            "per_minute": 900,
            "quiet_from": None,
            "quiet_until": None,
        }
        self._book.broadcast = self.api.post("/broadcasts", body)["id"]
        self.api.post(f"/broadcasts/{self._book.broadcast}/start")

    def await_broadcast(self) -> None:
        path = f"/broadcasts/{self._book.broadcast}"
        self._wait("the broadcast's end", lambda: self.api.get(path)["status"] == "finished", seconds=400)

    def close(self, chats: Sequence[int]) -> None:
        """The shop's systems end chats at night."""
        self._each(lambda chat: self.api.post(f"/conversations/{chat}/close", {"reason": "night"}), chats)

    def await_webhooks(self) -> None:
        """Until nothing waits to be sent, twice in a row."""
        quiet = 0
        until = time.monotonic() + PATIENCE_SECONDS
        while quiet < 3 and time.monotonic() < until:
            waiting = self.api.get("/webhooks/deliveries", status="pending", limit=1)["results"]
            quiet = 0 if waiting else quiet + 1
            time.sleep(1.0)

    def _wait(self, what: str, is_so: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Until it is so. A day on which that takes too long goes on, and says so in the end."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if is_so():
                return
            time.sleep(1.0)
        self._book.surprises.append(f"waited in vain: {what}")

    def _each(self, act: Callable[[Any], Any], many: Sequence[Any] | range) -> list[Any]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(act, many))
