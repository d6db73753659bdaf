"""Crews: a few threads for each queue, started when there is work and gone when there is none."""

import threading
from collections import Counter

import pytest

from cs_platform.crews import Crew

pytestmark = pytest.mark.django_db(transaction=True)


class Queues:
    """Work that waits until it is let go, and counts who is at it."""

    def __init__(self, **amounts: int) -> None:
        self.left = Counter({int(name[1:]): amount for name, amount in amounts.items()})
        self.at_work: Counter[int] = Counter()
        self.most: Counter[int] = Counter()
        self.may_go, self.lock = threading.Event(), threading.Lock()

    def waiting(self) -> dict[int, int]:
        return {queue: amount for queue, amount in self.left.items() if amount}

    def work(self, queue: int) -> bool:
        with self.lock:
            if not self.left[queue]:
                return False
            self.left[queue] -= 1
            self.at_work[queue] += 1
            self.most[queue] = max(self.most[queue], self.at_work[queue])
        self.may_go.wait(5)
        with self.lock:
            self.at_work[queue] -= 1
        return True


def finish(queues: Queues, threads: list[threading.Thread]) -> None:
    queues.may_go.set()
    for thread in threads:
        thread.join(5)


def test_everything_is_done_by_as_many_threads_as_are_worth_it() -> None:
    queues = Queues(q1=1, q2=40)
    threads = Crew("test", queues.waiting, queues.work, per_queue=3).start_due()
    assert len(threads) == 1 + 3
    finish(queues, threads)
    assert queues.waiting() == {}


def test_a_queue_that_is_stuck_holds_up_no_other() -> None:
    queues = Queues(q1=20)
    crew = Crew("test", queues.waiting, queues.work, per_queue=2, in_all=3)
    first = crew.start_due()
    queues.left[2] = 20
    second = crew.start_due()
    assert (len(first), len(second)) == (2, 1)
    assert crew.start_due() == []
    finish(queues, first + second)
    assert queues.most[1] <= 2


def test_work_that_fails_ends_its_thread_and_the_next_round_starts_another() -> None:
    def fail(queue: int) -> bool:
        raise ValueError(queue)

    crew = Crew("test", lambda: {1: 1}, fail)
    for _ in range(2):
        (thread,) = crew.start_due()
        thread.join(5)
        assert not thread.is_alive()
