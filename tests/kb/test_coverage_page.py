"""What the knowledge is missing, and what the bank gives: drafts at one click, and phrasings."""

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.coverage import coverage_of
from kb.jobs import encode_published
from kb.lexicon.intents import intents_by_key
from kb.models import Entry, SetAside
from kb.search import current_index
from tests.factories import make_entry
from tests.kb.encoders import FakeEncoder

pytestmark = pytest.mark.django_db
URL = reverse("admin:kb_setaside_changelist")
LOST = intents_by_key()["lost"]


@pytest.fixture
def desk(client: Client, manager: User, encoder: FakeEncoder) -> Client:
    encoder.meanings = dict.fromkeys((*LOST.paraphrases, "包裹遗失处理流程"), "lost")
    make_entry("包裹遗失处理流程", "请联系承运方。")
    encode_published()
    client.force_login(manager)
    return client


def test_what_is_published_covers_its_matter_and_no_other(desk: Client) -> None:
    covered = {one.intent.key: one for one in coverage_of(current_index()) or []}
    assert (covered["lost"].level, covered["lost"].entry.question) == ("covered", "包裹遗失处理流程")
    assert covered["season_pan"].level == "missing"


def test_the_page_shows_an_area_with_what_is_missing_first(desk: Client) -> None:
    page = desk.get(URL, {"area": "物流收货"})
    percents = [one.percent for one in page.context["wanted"].matters]
    assert percents == sorted(percents) and "快递丢了" in page.content.decode()


def test_one_click_makes_a_draft_with_the_banks_wordings(desk: Client) -> None:
    reply = desk.post(URL, {"do": "draft", "key": "season_pan"})
    entry = Entry.objects.drafts().get()
    assert reply.url == reverse("admin:kb_entry_change", args=[entry.pk])
    assert entry.phrasings == intents_by_key()["season_pan"].paraphrases and entry.answer == ""
    desk.post(URL, {"do": "draft", "key": "season_pan"})
    assert Entry.objects.drafts().count() == 1


def test_a_matter_that_is_not_for_us_is_remembered_until_it_is_taken_back(desk: Client) -> None:
    desk.post(URL, {"do": "hide", "key": "season_pan"})
    assert [one.key for one in desk.get(URL).context["aside"]] == ["season_pan"]
    desk.post(URL, {"do": "show", "key": "season_pan"})
    assert not SetAside.objects.exists()


def test_a_matter_that_is_unknown_is_told(desk: Client) -> None:
    assert "没有这个意图" in desk.post(URL, {"do": "draft", "key": "x"}, follow=True).content.decode()


def test_more_phrasings_offers_the_bank_by_matter(desk: Client) -> None:
    entry = Entry.objects.get()
    form = {"question": entry.question, "variants": LOST.paraphrases[0], "entry": entry.pk}
    groups = desk.post(reverse("admin:kb_entry_phrasings"), form).json()["groups"]
    offered = [item["text"] for group in groups for item in group["items"]]
    assert set(LOST.paraphrases[1:7]) <= set(offered) and LOST.paraphrases[0] not in offered
    assert len(offered) == len(set(offered))


def test_agents_do_not_see_the_page(client: Client, agent: User) -> None:
    client.force_login(agent)
    assert client.get(URL).status_code in (302, 403)


def test_without_an_encoder_the_page_says_so(client: Client, manager: User, words_only: None) -> None:
    make_entry("怎么退货", "在订单页申请。")
    client.force_login(manager)
    assert client.get(URL).context["understands"] is False
