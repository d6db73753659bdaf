"""Golden questions may be asked by somebody in particular: on a channel, about a product, at a stage."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.golden_answers import ask_all, golden_cases
from kb.golden_files import questions_as_table, read_questions
from kb.models import Entry, GoldenQuestion, GoldenRun, Product
from kb.search import current_index
from kb.services import save_entry
from kb.services.gate import PublishBlocked
from kb.services.golden import store_cases
from kb.services.golden_runs import start_manual_run, work_off
from kb.services.stances import cases_for
from routing.models import Strategy
from tests.factories import make_channel, make_entry
from tests.kb.golden import make_golden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]


@pytest.fixture
def lamp() -> Product:
    return Product.objects.create(sku="L1", name="云朵台灯")


def bands() -> list[str]:
    return [told.band for told in ask_all(current_index(), golden_cases(), {})]


def test_an_entry_for_some_customers_answers_the_question_of_one_of_them(lamp: Product) -> None:
    entry = make_entry("能用支付宝吗", "可以。", channels="taobao", stages="pre_sale")
    make_golden("能用支付宝吗", entry, channel="taobao", stage="pre_sale")
    make_golden("能用支付宝吗", entry)
    assert bands() == ["answer", "unknown"]


def test_a_channel_is_asked_with_its_kind_and_its_stance() -> None:
    make_channel("wx-1", kind="wechat_mp", strategy=Strategy.objects.create(name="谨慎的", stance="careful"))
    make_golden("能用支付宝吗", make_entry("能用支付宝吗", "可以。", channels="wechat_mp"), channel="wx-1")
    (case,) = golden_cases()
    assert (case.scope.channel_kind, case.stance, bands()) == ("wechat_mp", "careful", ["answer"])


def test_who_loses_the_answer_on_one_channel_is_stopped() -> None:
    entry = make_entry("能用支付宝吗", "可以。", channels="taobao")
    make_golden("能用支付宝吗", entry, channel="taobao")
    entry.channels = "douyin"
    with pytest.raises(PublishBlocked):
        save_entry(entry, by=None)
    assert Entry.objects.get().channels == "taobao"


def test_the_same_question_may_be_asked_by_several_but_not_twice_by_one(lamp: Product) -> None:
    make_golden("多大")
    make_golden("多大", product=lamp)
    with pytest.raises(ValidationError):
        make_golden("多大！", product=lamp)
    assert GoldenQuestion.objects.count() == 2


def test_a_file_says_who_asks_and_is_read_back(lamp: Product) -> None:
    make_channel("web-1", name="官网")
    entry = make_entry("多大", "三十厘米。")
    text = "问题,期望,渠道,商品,阶段\n多大,多大,官网,L1,售后\n多大,多大,,,\n"
    assert store_cases(read_questions("a.csv", text.encode(), is_golden=True).cases, by=None) == (2, 0)
    scoped = GoldenQuestion.objects.exclude(scope_key="").get()
    assert (scoped.channel, scoped.product, scoped.stage, scoped.entry) == ("web-1", lamp, "after_sale", entry)
    again = questions_as_table(GoldenQuestion.objects.order_by("pk")).export("csv")
    assert store_cases(read_questions("a.csv", again.encode(), is_golden=True).cases, by=None) == (0, 0)


@pytest.mark.parametrize("cells", ["哪里,,", ",没有的,", ",,售前后"])
def test_an_asker_that_nobody_knows_is_refused(cells: str) -> None:
    make_entry("多大", "三十厘米。")
    found = read_questions("a.csv", f"问题,期望,渠道,商品,阶段\n多大,多大,{cells}\n".encode(), is_golden=True)
    assert (found.cases, [row for row, _text in found.problems]) == ([], [2])


def test_a_run_keeps_who_asked(lamp: Product) -> None:
    make_golden("多大", make_entry("多大", "三十厘米。"), product=lamp)
    work_off(start_manual_run(by=None).pk)
    row = GoldenRun.objects.filter(trigger="manual").get().results.get()
    assert (row.product, row.asked_as, row.outcome) == (lamp.pk, "云朵台灯", "right")


def test_another_channels_questions_do_not_judge_a_stance() -> None:
    make_golden("甲", channel="taobao")
    make_golden("乙", channel="web")
    make_golden("丙")
    assert [case.question for case in cases_for(["web"])] == ["乙", "丙"]


def test_the_form_offers_the_channels_there_are(client: Client, manager: User) -> None:
    make_channel("web-1", name="官网")
    client.force_login(manager)
    page = client.get(reverse("admin:kb_goldenquestion_add"))
    assert ("web-1", "官网") in page.context["adminform"].form.fields["channel"].choices
    sent = {"question": "多大", "expectation": "nothing", "words": "", "channel": "web-1", "is_active": "on"}
    client.post(reverse("admin:kb_goldenquestion_add"), sent)
    assert GoldenQuestion.objects.get().channel == "web-1"
