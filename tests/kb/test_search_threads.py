"""While one thread rebuilds the index, the others go on with the old one."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from kb.index import KnowledgeIndex
from kb.search import IndexHolder
from kb.vectors import VectorTable


class Shop:
    """A version to set, and builds that wait until they are let go."""

    def __init__(self) -> None:
        self.version = 1
        self.builds = count(1)
        self.is_building = threading.Event()
        self.may_finish = threading.Event()
        self.may_finish.set()

    def build(self, model_id: str, known: VectorTable) -> KnowledgeIndex:
        next(self.builds)
        self.is_building.set()
        assert self.may_finish.wait(10)
        return KnowledgeIndex([], known)


@pytest.fixture
def shop(words_only: None) -> Shop:
    return Shop()


@pytest.fixture
def holder(shop: Shop) -> IndexHolder:
    return IndexHolder(lambda: shop.version, shop.build)


@pytest.fixture
def pool(shop: Shop) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads
        shop.may_finish.set()


def test_others_use_the_old_index_during_a_rebuild(shop: Shop, holder: IndexHolder, pool: ThreadPoolExecutor) -> None:
    old = holder.get()
    shop.version = 2
    shop.is_building.clear()
    shop.may_finish.clear()
    rebuilding = pool.submit(holder.get)
    assert shop.is_building.wait(10)
    assert holder.get() is old
    shop.may_finish.set()
    assert rebuilding.result(10) is holder.get() is not old


def test_many_first_questions_build_one_index(shop: Shop, holder: IndexHolder, pool: ThreadPoolExecutor) -> None:
    shop.may_finish.clear()
    waiting = [pool.submit(holder.get) for _ in range(8)]
    assert shop.is_building.wait(10)
    shop.may_finish.set()
    assert len({id(index.result(10)) for index in waiting}) == 1
    assert next(shop.builds) == 2


def test_after_a_long_build_several_changes_make_one_more(
    shop: Shop, holder: IndexHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked, clock = count(step=10.0), iter([100.0, 110.0, 120.0, 130.0, 140.0, 150.0])
    monkeypatch.setattr(time, "thread_time", lambda: next(worked))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    held = [holder.get()]
    for shop.version in (2, 3, 4, 5):
        held.append(holder.get())
    assert [held.index(one) for one in held] == [0, 1, 1, 1, 4]
