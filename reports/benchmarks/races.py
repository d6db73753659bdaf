"""`bench races`: AI, agents, customers and the clock at the same conversations, in every order that chance finds."""

import itertools
import logging
import random
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from conversations.models import Conversation
from cs_platform.jobs import live_lane
from cs_platform.models import User
from reports.benchmarks.contract import Benchmark, Say
from reports.benchmarks.race_actors import Actor, agent, assigner, assistant, clock, closer, customer, finish_turn
from reports.benchmarks.race_judge import NAMES
from reports.benchmarks.race_stage import Stage, open_stage
from reports.benchmarks.scratch import scratch_database
from routing.models import Agent, Channel

logger = logging.getLogger(__name__)

STEPS = (8, 22)  # of all actors together on one conversation
SHARED = 4  # conversations that the threads of one round share
STEPS_OF_A_THREAD = 12
_SETUP = (
    "Scratch database. Each conversation is raced for by two AI workers, two agents, a customer, the clock (lapsing"
    " leases, deadlines), one who assigns waiting customers to agents, one who ends silent chats and turns waits into"
    " tickets. Without --threads: one transaction at a time in random order, judged after every one. With --threads:"
    " that many threads side by side on the same conversations, judged after each round. The judge replays the stored"
    " messages and accepts only legal moves that their authors were told to have made."
)


@dataclass(slots=True)
class Tally:
    """What happened and what must not."""

    found: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    conversations: int = 0
    steps: int = 0

    def add(self, stages: Sequence[Stage]) -> None:
        for stage in stages:
            finish_turn(stage)
            self.found += stage.conclude()
            self.refused += stage.refused
            self.acts.update(act.kind for act in stage.acts.values())
            self.conversations += 1
            _leave(stage)


def add_arguments(parser: ArgumentParser) -> None:
    """Options of `bench races`."""
    parser.add_argument("--n", type=int, default=10_000, help="Conversations.")
    parser.add_argument("--seed", type=int, help="Repeat the run of this seed.")
    parser.add_argument("--threads", type=int, default=0, help="Race in so many threads instead of step by step.")


def run(options: Namespace, say: Say) -> dict[str, object]:
    """Race, judge, and report what was found; `ok` is whether it was nothing."""
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    say(f"seed {seed}")
    with override_settings(ENCODER="off"), scratch_database() as vendor, races_at_once():
        channel, agents = make_shop(max(2, options.threads))
        started = time.perf_counter()
        if options.threads:
            tally = race_in_threads(channel, agents, options.n, options.threads, seed, say)
        else:
            tally = race_in_steps(channel, agents, options.n, seed, say)
        seconds = time.perf_counter() - started
    return {
        "name": "races",
        "ok": not tally.found,
        "n": tally.conversations,
        "seed": seed,
        "threads": options.threads,
        "database": vendor,
        "steps": tally.steps,
        "seconds": round(seconds, 1),
        "per_second": round(tally.conversations / seconds, 1),
        **{name: tally.found[name] for name in NAMES},
        "acts": dict(tally.acts),
        "refused": dict(tally.refused),
        "setup": _SETUP,
    }


@contextmanager
def races_at_once() -> Iterator[None]:
    """A customer's pause is not waited for, and nothing lapses but by the clock actor."""
    moments = {"TURN_SETTLE_SECONDS": 0, "TURN_LEASE_SECONDS": 600}
    with override_settings(**moments), live_lane.paused():
        yield


def make_shop(agents: int) -> tuple[Channel, list[User]]:
    """A channel and people who work there."""
    channel = Channel.objects.create(key="races", name="Races")
    people = [User.objects.create(username=f"racer-{number}") for number in range(agents)]
    there = {"presence": Agent.Presence.ONLINE, "last_seen_at": timezone.now() + timedelta(days=1)}
    Agent.objects.bulk_create(Agent(user=user, accepts_automatically=True, **there) for user in people)
    return channel, people


def _leave(stage: Stage) -> None:
    """Nobody looks at this conversation any more, and it takes no agent's room."""
    Conversation.objects.filter(pk=stage.pk).update(owner="none", status="closed", agent=None)


def race_in_steps(channel: Channel, agents: Sequence[User], n: int, seed: int, say: Say) -> Tally:
    """One conversation after the other; a random actor makes the next step, the judge looks after each."""
    tally = Tally()
    for number in range(n):
        chance = random.Random(f"{seed}-{number}")
        stage = open_stage(channel)
        _play(stage, agents, chance, tally)
        tally.add([stage])
        if tally.conversations % 1000 == 0:
            say(f"{tally.conversations} conversations, {tally.steps} steps, found {dict(tally.found)}")
    return tally


def _play(stage: Stage, agents: Sequence[User], chance: random.Random, tally: Tally) -> None:
    one, other = agents[:2]
    actors: list[Actor] = [
        customer([stage], chance),
        assistant([stage], chance),
        assistant([stage], chance),
        agent(one, other)([stage], chance),
        agent(other, one)([stage], chance),
        clock([stage], chance),
        assigner([stage], chance),
        closer([stage], chance),
    ]
    next(actors[0])
    for _ in range(chance.randint(*STEPS)):
        try:
            next(chance.choice(actors))
        except Exception:
            logger.exception("conversation %d: a step failed", stage.pk)
            tally.found["errors"] += 1
            return
        tally.steps += 1
        stage.check()


def race_in_threads(channel: Channel, agents: Sequence[User], n: int, threads: int, seed: int, say: Say) -> Tally:
    """Rounds of a few conversations, all of whose actors are threads that really run side by side."""
    tally = Tally()
    with ThreadPoolExecutor(threads) as pool:
        for number in itertools.count():
            if tally.conversations >= n:
                break
            stages = [open_stage(channel) for _ in range(SHARED)]
            chances = [random.Random(f"{seed}-{number}-{thread}") for thread in range(threads)]
            actors = [_cast(thread, agents, stages, chances[thread]) for thread in range(threads)]
            failed = list(pool.map(_drive, actors))
            tally.found.update({"errors": sum(failed)} if any(failed) else {})
            tally.steps += threads * STEPS_OF_A_THREAD
            tally.add(stages)
            if number % 100 == 99:
                say(f"{tally.conversations} conversations, {tally.steps} steps, found {dict(tally.found)}")
    return tally


def _cast(thread: int, agents: Sequence[User], stages: Sequence[Stage], chance: random.Random) -> Actor:
    """Every agent is one thread only: a person cannot claim in two places at once without knowing."""
    role = thread % 4
    if role == 0:
        return customer(stages, chance)
    if role == 2:
        return agent(agents[thread], agents[(thread + 4) % len(agents)])(stages, chance)
    others = {1: assistant, 3: assigner, 5: closer, 7: clock} if thread % 16 < 8 else {}
    return others.get(thread % 8, assistant)(stages, chance)


def _drive(actor: Actor) -> int:
    try:
        for _ in itertools.islice(actor, STEPS_OF_A_THREAD):
            pass
    except Exception:
        logger.exception("a step failed")
        return 1
    finally:
        connection.close()  # the scratch database cannot be dropped while a thread holds on to it
    return 0


BENCHMARK = Benchmark("AI, agents and customers race for the same conversations.", add_arguments, run)
