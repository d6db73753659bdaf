"""Golden questions are asked before a change is stored: nobody waits for the database, and what counts is what is
published when it is stored."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import pytest
from django.db import connection
from numpy.typing import NDArray

from cs_platform.ai.encoder import use_encoder, use_packaged_encoder
from cs_platform.heartbeats import beat
from cs_platform.models import Heartbeat
from kb.models import Entry, GoldenRun
from kb.services import archive_entries, save_entry
from kb.services.gate import PublishBlocked, passing
from tests.at_once import at_once
from tests.factories import make_entry
from tests.kb.encoders import FakeEncoder
from tests.kb.golden import make_golden

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = "仓库收到退货后48小时内退款。"


class Interrupted(FakeEncoder):
    """Whenever texts are read by meaning, something else happens as well, in another thread."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        at_once(meanwhile, times=1)
        return super().encode(texts)


@pytest.fixture
def interrupted() -> Iterator[Interrupted]:
    encoder = Interrupted()
    use_encoder(encoder)
    yield encoder
    use_packaged_encoder()


def test_others_write_while_the_questions_are_asked(interrupted: Interrupted) -> None:
    make_golden("退款多久到账", make_entry("退款多久到账", ANSWER))
    interrupted.meanwhile = partial(beat, "worker")
    make_entry("可以开发票吗", "确认收货后申请。")
    assert (Heartbeat.objects.count(), GoldenRun.objects.get().state) == (1, "passed")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere publishers wait for each other, chats for nobody")
def test_what_was_published_meanwhile_is_judged_as_well(interrupted: Interrupted) -> None:
    one, other = [make_entry(question, ANSWER, variants="钱多久退") for question in ("退款多久到账", "多久退款")]
    make_golden("钱多久退", expectation="words", words="48小时")
    interrupted.meanwhile = lambda: archive_entries([other], by=None)
    one.variants, one.question, one.answer = "", "怎么修改收货地址", "在订单里自助修改。"
    with pytest.raises(PublishBlocked):
        save_entry(one, by=None)
    assert Entry.objects.published().get().variants == "钱多久退"


def test_a_stopped_change_leaves_nothing_behind(words_only: None) -> None:
    entry = make_entry("退款多久到账", ANSWER)
    make_golden("退款多久到账", entry)
    with pytest.raises(PublishBlocked):
        archive_entries([entry], by=None)
    assert (Entry.objects.published().get(), GoldenRun.objects.count()) == (entry, 0)


def test_a_change_with_a_reason_is_made_once(words_only: None) -> None:
    entry = make_entry("退款多久到账", ANSWER)
    make_golden("退款多久到账", entry)
    with passing(reason="换成新政策"):
        archive_entries([entry], by=None)
    entry.refresh_from_db()
    assert (entry.status, entry.versions.count(), GoldenRun.objects.get().state) == ("archived", 2, "overridden")


def test_a_new_entry_has_one_version_and_its_own_number(words_only: None) -> None:
    make_golden("退款多久到账", make_entry("退款多久到账", ANSWER))
    entry = make_entry("可以开发票吗", "确认收货后申请。")
    assert (entry.version, entry.versions.count(), Entry.objects.get(pk=entry.pk).question) == (1, 1, "可以开发票吗")
