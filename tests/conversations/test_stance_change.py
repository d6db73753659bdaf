"""Who changes how much the AI dares sees first what last week's customers would have got; golden questions may stop it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
import pytest
from django.conf import LazySettings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from numpy.typing import NDArray

from conversations.models import Conversation, Message
from conversations.stances import read_week
from cs_platform.ai.encoder import use_encoder, use_packaged_encoder
from cs_platform.models import AuditEntry, User
from kb.confidence import ANSWER_FROM, STANCES
from kb.jobs import encode_published
from kb.models import GoldenRun
from routing.models import Strategy
from tests.factories import make_entry
from tests.kb.encoders import FakeEncoder
from tests.kb.golden import make_golden

pytestmark = pytest.mark.django_db

KEPT = [
    ("邮费谁出", "answer", "meaning", 0.7),
    ("能刻字吗", "clarify", "not sure enough", 0.55),
    ("发票", "answer", "exact phrasing", 1.0),
    ("你好呀", "unknown", "nothing close enough", 0.0),
    ("我的快递呢", "answer", "order_status", 1.0),
]


@pytest.fixture
def strategy(conversation: Conversation) -> Strategy:
    made = Strategy.objects.create(name="网站")
    conversation.channel.strategy = made
    conversation.channel.save()
    return made


@pytest.fixture
def week(conversation: Conversation) -> None:
    for place, (text, decision, reason, confidence) in enumerate(KEPT):
        why = {"decision": decision, "reason": reason, "confidence": confidence}
        ask(conversation, 10 + 2 * place, text, why)


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def ask(conversation: Conversation, seq: int, text: str, why: dict[str, object], **fields: object) -> None:
    Message.objects.create(conversation=conversation, seq=seq, sender="customer", text=text)
    reply = {"seq": seq + 1, "answers_seq": seq, "decision": why, **fields}
    Message.objects.create(conversation=conversation, sender="ai", text="答", **reply)


def page_of(strategy: Strategy) -> str:
    return reverse("admin:routing_strategy_change", args=[strategy.pk])


def sent(desk: Client, strategy: Strategy, **fields: str) -> dict[str, str]:
    form = desk.get(page_of(strategy)).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {
        **{name: str(value) for name, value in values.items() if value not in (None, False)},
        "_save": "1",
        **fields,
    }


def test_each_stance_is_counted_from_what_was_kept(conversation: Conversation, week: None) -> None:
    found = read_week([conversation.channel_id], now=timezone.now())
    counts = {stance: list(found.counts(stance).values()) for stance in ("careful", "balanced", "bold")}
    assert counts == {"careful": [1, 2, 1], "balanced": [2, 1, 1], "bold": [3, 0, 1]}
    assert [one.confidence for one in found.moved("balanced", "careful")] == [0.7]


def test_older_questions_and_other_channels_do_not_count(conversation: Conversation, week: None) -> None:
    assert read_week([conversation.channel_id + 1], now=timezone.now()).questions == []
    assert read_week([conversation.channel_id], now=timezone.now() + timedelta(days=8)).questions == []


def test_the_form_says_from_which_confidence_each_answers(desk: Client, strategy: Strategy) -> None:
    careful, balanced, bold = (round(ANSWER_FROM[stance] * 100) for stance in STANCES)
    assert f"{careful}%（谨慎）、{balanced}%（平衡）或 {bold}%（大胆）" in desk.get(page_of(strategy)).content.decode()


def test_nothing_is_stored_before_it_was_seen(desk: Client, strategy: Strategy, week: None) -> None:
    page = desk.post(page_of(strategy), sent(desk, strategy, stance="bold"))
    text = page.content.decode()
    strategy.refresh_from_db()
    assert strategy.stance == "balanced"
    assert "能刻字吗" in text and "邮费谁出" not in text and 'name="stance" value="bold"' in text


def test_once_seen_it_is_stored(desk: Client, strategy: Strategy, week: None) -> None:
    desk.post(page_of(strategy), sent(desk, strategy, stance="bold", stance_seen="bold"))
    strategy.refresh_from_db()
    assert strategy.stance == "bold"


def test_another_change_of_a_strategy_asks_nothing(desk: Client, strategy: Strategy, week: None) -> None:
    desk.post(page_of(strategy), sent(desk, strategy, persona="亲切"))
    strategy.refresh_from_db()
    assert strategy.persona == "亲切"


def test_golden_questions_stop_it_unless_somebody_says_why(
    desk: Client, strategy: Strategy, settings: LazySettings
) -> None:
    settings.ENCODER = "off"
    make_golden("发票抬头能填什么呢", make_entry("发票抬头怎么填", "下单时填写。"))
    make_entry("怎么退货", "在订单页申请。")
    before = sent(desk, strategy, stance="careful", stance_seen="careful")
    reply = desk.post(page_of(strategy), before)
    strategy.refresh_from_db()
    assert (reply.status_code, strategy.stance) == (409, "balanced")
    desk.post(page_of(strategy), {**before, "gate": "override", "override_reason": "宁可多问一句"})
    strategy.refresh_from_db()
    assert strategy.stance == "careful"
    assert AuditEntry.objects.get(action="gate.overridden").details["reason"] == "宁可多问一句"
    assert set(GoldenRun.objects.values_list("state", flat=True)) >= {"blocked", "overridden"}


def test_the_form_comes_back_filled_in(desk: Client, strategy: Strategy) -> None:
    page = desk.post(page_of(strategy), sent(desk, strategy, stance="bold", persona="亲切", gate="back"))
    strategy.refresh_from_db()
    assert (strategy.stance, strategy.persona) == ("balanced", "")
    assert page.context["adminform"].form["persona"].value() == "亲切"


def test_the_page_of_the_week_shows_any_position(desk: Client, strategy: Strategy, week: None) -> None:
    page = desk.get(reverse("admin:routing_strategy_last_week", args=[strategy.pk]), {"stance": "careful"})
    assert "邮费谁出" in page.content.decode()


def test_a_strategy_that_no_channel_uses_is_stored_at_once(desk: Client) -> None:
    unused = Strategy.objects.create(name="没有渠道")
    desk.post(page_of(unused), sent(desk, unused, stance="bold"))
    unused.refresh_from_db()
    assert unused.stance == "bold"


def test_the_week_is_read_in_one_query(conversation: Conversation, week: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        read_week([conversation.channel_id], now=timezone.now())
    assert len(queries) == 1


def test_a_channel_that_takes_another_stance_with_its_strategy_shows_it_first(
    desk: Client, conversation: Conversation, strategy: Strategy, week: None
) -> None:
    bold, channel = Strategy.objects.create(name="大胆的", stance="bold"), conversation.channel
    page = reverse("admin:routing_channel_change", args=[channel.pk])
    form = desk.get(page).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: str(value) for name, value in values.items() if value not in (None, False)}
    seen = desk.post(page, {**sent, "strategy": bold.pk, "_save": "1"})
    channel.refresh_from_db()
    assert (channel.strategy, "能刻字吗" in seen.content.decode()) == (strategy, True)
    desk.post(page, {**sent, "strategy": bold.pk, "_save": "1", "stance_seen": "bold"})
    channel.refresh_from_db()
    assert channel.strategy == bold


class Watching(FakeEncoder):
    """Notes whether the test's thread was in a transaction whenever a text was read by meaning."""

    def __init__(self) -> None:
        super().__init__()
        self._of_test = connections["default"]  # texts are read in other threads, which have connections of their own
        self.was_open: list[bool] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.was_open.append(self._of_test.in_atomic_block)
        return super().encode(texts)


@pytest.fixture
def watching() -> Iterator[Watching]:
    encoder = Watching()
    use_encoder(encoder)
    yield encoder
    use_packaged_encoder()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_database_while_golden_questions_are_asked(
    watching: Watching, desk: Client, strategy: Strategy
) -> None:
    make_golden("发票抬头能填什么呢", make_entry("发票抬头怎么填", "下单时填写。"), is_blocking=False)
    encode_published()
    form = sent(desk, strategy, stance="bold", stance_seen="bold")
    watching.was_open.clear()
    desk.post(page_of(strategy), form)
    strategy.refresh_from_db()
    assert (strategy.stance, set(watching.was_open)) == ("bold", {False})


def test_without_a_reason_the_page_says_that_it_is_missing(
    desk: Client, strategy: Strategy, settings: LazySettings
) -> None:
    settings.ENCODER = "off"
    make_golden("发票抬头能填什么呢", make_entry("发票抬头怎么填", "下单时填写。"))
    make_entry("怎么退货", "在订单页申请。")
    given = {"stance": "careful", "stance_seen": "careful", "gate": "override", "override_reason": "  "}
    page = desk.post(page_of(strategy), sent(desk, strategy, **given)).content.decode()
    strategy.refresh_from_db()
    assert strategy.stance == "balanced"
    assert "还没有填写理由" in page and 'aria-invalid="true"' in page and "仍然保存" in page and "仍然发布" not in page
