"""The integrator's receiver of webhooks: checks every signature, and keeps each event once."""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from reports.stand.serving import Asked, Reply, serving

STUMBLES_EVERY = 40


@dataclass
class Listener:
    """Now and then it is not well at the first try of an event, as receivers are."""

    place: str = ""
    secret: str = ""
    events: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    forged: int = 0
    repeats: int = 0
    stumbled: int = 0
    _early: list[Asked] = field(default_factory=list)
    _tries: Counter[str] = field(default_factory=Counter)
    _kept: set[str] = field(default_factory=set)
    _lock: Any = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://{self.place}/hooks"

    def know(self, secret: str) -> None:
        """What was received before the secret was known can be checked now."""
        with self._lock:
            self.secret = secret
            for asked in self._early:
                self._keep(asked)

    def take(self, asked: Asked) -> Reply:
        number = asked.headers.get("webhook-id", "")
        with self._lock:
            self._tries[number] += 1
            if self._tries[number] == 1 and len(self._tries) % STUMBLES_EVERY == 0:
                self.stumbled += 1
                return 503, {}, b""
            if self.secret:
                self._keep(asked)
            else:
                self._early.append(asked)
        return 200, {}, b"{}"

    def _keep(self, asked: Asked) -> None:
        try:
            Webhook(self.secret).verify(asked.body, dict(asked.headers))
        except WebhookVerificationError:
            self.forged += 1
            return
        number = asked.headers["webhook-id"]
        self.repeats += number in self._kept
        if number not in self._kept:
            self._kept.add(number)
            event = json.loads(asked.body)
            self.events[event["type"]].append(event["data"])


@contextmanager
def listening() -> Iterator[Listener]:
    """Receive on a free port of this machine until the block ends."""
    listener = Listener()
    with serving(listener.take) as listener.place:
        yield listener
