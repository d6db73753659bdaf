"""`bench broadcast`: one message each to thousands of customers, while the sender is killed again and again."""

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils import timezone

from conversations.models import Conversation, Customer, Message
from marketing.models import Broadcast, BroadcastRecipient, Segment
from marketing.services.broadcasts import schedule_broadcast
from reports.benchmarks.broadcast_sender import Sender, sender
from reports.benchmarks.contract import Benchmark, Say, percentiles
from reports.benchmarks.elsewhere import is_inside, run_elsewhere
from reports.stand.store import stand_reader
from routing.models import Channel

PATIENCE_SECONDS = 1800
ROWS = 1000
SETUP = (
    "One idle conversation per customer, a fresh database (synchronous=FULL on SQLite). The sender is the real ticker"
    " (`manage.py tick`, with Valkey), killed with SIGKILL at moments spread over the work and started again at once;"
    " leases last 2 s instead of 60, the pace is lifted. Each message is one transaction with the row that says so,"
    " is pushed to sockets and told to listeners. The ledger counts the stored messages with SQL of its own. p50 … p99"
    " are gaps between messages. Reference: the same messages by one bulk insert, without numbers, rows or pushes."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Options of `bench broadcast`."""
    parser.add_argument("--n", type=int, default=5_000, help="Customers.")
    parser.add_argument("--kills", type=int, default=3, help="How often the sender is killed.")


def run(options: Namespace, say: Say) -> dict[str, Any]:
    """What was sent, lost and doubled; the command fails when anything was."""
    if not is_inside():
        return run_elsewhere(["broadcast", f"--n={options.n}", f"--kills={options.kills}"])
    say(f"{options.n} customers …")
    broadcast = _make_broadcast(options.n)
    begun = time.perf_counter()
    schedule_broadcast(broadcast, by=None)
    snapshot_seconds = time.perf_counter() - begun
    say(f"  written down in {snapshot_seconds:.2f} s; sending with {options.kills} kills …")
    begun = time.perf_counter()
    with sender() as process:
        kills = _kill_and_wait(process, broadcast, options.n, options.kills, say)
    seconds = time.perf_counter() - begun
    say("bulk insert …")
    reference = options.n / _insert_in_bulk(options.n)
    found = _ledger(broadcast.pk, options.n)
    rate = options.n / seconds
    return {
        "name": "broadcast",
        "n": options.n,
        "seconds": round(seconds, 2),
        "per_second": round(rate, 1),
        **_gaps(broadcast),
        "snapshot_seconds": round(snapshot_seconds, 2),
        "kills": kills,
        "reference_per_second": round(reference, 1),
        "ratio": round(rate / reference, 4),
        **found,
        "ok": not (found["lost"] or found["duplicates"] or found["errors"]) and kills == options.kills,
        "database": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2],
        "setup": SETUP,
    }


def _make_broadcast(count: int) -> Broadcast:
    channel = Channel.objects.create(key="bench", name="Bench")
    for start in range(0, count, ROWS):
        numbers = range(start, min(start + ROWS, count))
        customers = Customer.objects.bulk_create([Customer(name=f"Customer {number}") for number in numbers])
        Conversation.objects.bulk_create([Conversation(customer=one, channel=channel) for one in customers])
    return Broadcast.objects.create(
        name="bench",
        segment=Segment.objects.create(name="everybody"),
        text="{name|亲}，周五会员日全场 9 折，券码 {coupon}",
        coupon_codes="\n".join(f"CODE{number:06}" for number in range(count)),
        per_minute=60_000_000,
        quiet_from=None,
        quiet_until=None,
    )


def _kill_and_wait(process: Sender, broadcast: Broadcast, count: int, kills: int, say: Say) -> int:
    """Kill at each of the evenly spread moments of the work, until the broadcast has finished."""
    moments = [count * number // (kills + 1) for number in range(1, kills + 1)]
    killed, until = 0, time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        sent = BroadcastRecipient.objects.filter(broadcast=broadcast, state=BroadcastRecipient.State.SENT).count()
        if killed < kills and sent >= moments[killed]:
            process.kill_and_restart()
            killed += 1
            say(f"  killed after {sent} messages")
        broadcast.refresh_from_db(fields=["status"])
        if broadcast.status == Broadcast.Status.FINISHED:
            return killed
        process.check()
        time.sleep(0.05)
    return killed


def _ledger(broadcast_id: int, count: int) -> dict[str, int]:
    """By plain SQL over a connection of its own: the judge must not trust the code that it judges."""
    with stand_reader() as read:
        rows = read("SELECT conversation_id, text, decision FROM conversations_message WHERE sender = 'system'")
        states = read("SELECT state, count(*) FROM marketing_broadcastrecipient GROUP BY state")
    why = [json.loads(row[2]) if isinstance(row[2], str) else row[2] for row in rows]
    ours = [(int(row[0]), str(row[1])) for row, one in zip(rows, why, strict=True) if one and "broadcast" in one]
    return judge(ours, {str(state): int(number) for state, number in states}, count)


def judge(messages: Sequence[tuple[int, str]], states: Mapping[str, int], count: int) -> dict[str, int]:
    """Of the stored messages (conversation, text): who got none, who got two, and whose coupon somebody else has."""
    written = {conversation for conversation, _ in messages}
    coupons = {text.rpartition(" ")[2] for _, text in messages}
    return {
        "lost": count - len(written),
        "duplicates": len(messages) - len(written),
        "errors": count - states.get("sent", 0),
        "coupons_shared": len(messages) - len(coupons),
    }


def _gaps(broadcast: Broadcast) -> dict[str, float]:
    sent = BroadcastRecipient.objects.filter(broadcast=broadcast, sent_at__isnull=False).order_by("sent_at")
    moments = [at for at in sent.values_list("sent_at", flat=True) if at]
    return percentiles([(later - earlier).total_seconds() * 1000 for earlier, later in pairwise(moments)] or [0.0])


def _insert_in_bulk(count: int) -> float:
    """Seconds for the same number of plain rows."""
    channel = Channel.objects.create(key="reference", name="Reference")
    conversation = Conversation.objects.create(customer=Customer.objects.create(), channel=channel)
    rows = [
        Message(
            conversation=conversation, seq=number, sender=Message.Sender.AI, text="x" * 40, created_at=timezone.now()
        )
        for number in range(1, count + 1)
    ]
    begun = time.perf_counter()
    Message.objects.bulk_create(rows, batch_size=ROWS)
    return time.perf_counter() - begun


BENCHMARK = Benchmark("One message each to many customers, with kills.", add_arguments, run)
