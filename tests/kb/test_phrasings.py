"""More phrasings to pick: real questions first, the shipped bank, turns of phrase, a model where there is one."""

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Conversation, Message
from conversations.offers import asked
from cs_platform.ai.llm import use_model
from cs_platform.models import User
from kb.paraphrasing import paraphrase
from kb.phrasings import turned
from kb.services.gaps import link_entry
from tests.factories import make_entry
from tests.kb.gaps import miss
from tests.kb.test_rewriting import ScriptedModel

pytestmark = pytest.mark.usefixtures("words_only")


def suggested(client: Client, manager: User, **form: object) -> dict[str, list[str]]:
    client.force_login(manager)
    groups = client.post(reverse("admin:kb_entry_phrasings"), form).json()["groups"]
    return {group["title"]: [item["text"] for item in group["items"]] for group in groups}


def answered(conversation: Conversation, entry_id: int, *texts: str) -> None:
    for number, text in enumerate(texts, 101):
        Message.objects.create(conversation=conversation, seq=number * 2, sender="customer", text=text)
        reply = {"seq": number * 2 + 1, "answers_seq": number * 2, "entry_id": entry_id}
        Message.objects.create(conversation=conversation, sender="ai", text="答", **reply)


@pytest.mark.django_db
def test_what_customers_asked_comes_first_and_the_most_frequent_of_it(
    client: Client, manager: User, conversation: Conversation
) -> None:
    entry = make_entry("台灯的灯泡怎么换", "拧下来换。", variants="换灯泡")
    answered(conversation, entry.pk, "灯泡坏了咋换", "换灯泡", "灯泡能自己换不", "灯泡能自己换不")
    link_entry(miss("灯不亮了要换泡吗"), entry)
    found = suggested(client, manager, question=entry.question, variants=entry.variants, entry=entry.pk)
    texts = found["客户问过的"]
    assert texts[0] == "灯泡能自己换不"
    assert set(texts) == {"灯泡坏了咋换", "灯泡能自己换不", "灯不亮了要换泡吗"}


@pytest.mark.django_db
def test_personal_data_and_other_entries_phrasings_are_not_suggested(
    conversation: Conversation, client: Client, manager: User
) -> None:
    entry = make_entry("怎么退货", "申请。")
    make_entry("怎么换货", "申请换货。", variants="想换一件")
    answered(conversation, entry.pk, "我的电话13812345678要退货", "想换一件", "退货入口在哪")
    assert asked(entry.pk) != []
    assert suggested(client, manager, question="怎么退货", entry=entry.pk)["客户问过的"] == ["退货入口在哪"]


@pytest.mark.django_db
def test_the_shipped_bank_knows_how_shoppers_type(client: Client, manager: User) -> None:
    assert "开票流程" in suggested(client, manager, question="怎么开发票")["买家常这样问"]


@pytest.mark.parametrize(
    ("question", "other"),
    [("请问怎么申请退货？", "申请退货流程"), ("订单怎么取消？", "怎么取消订单"), ("可以开发票吗？", "能不能开发票")],
)
def test_a_question_is_turned(question: str, other: str) -> None:
    assert other in turned(question)


def test_what_cannot_be_turned_well_is_left() -> None:
    assert turned("加湿器晚上用吵不吵？") == []


def test_the_model_gives_wordings_and_nothing_else() -> None:
    model = ScriptedModel("1. 退货咋弄\n- 想退货走什么流程\n=====\n“东西不要了怎么退”\n" + "长" * 80)
    assert paraphrase(["怎么退货", "我的号码13812345678"], model=model) == [
        "退货咋弄",
        "想退货走什么流程",
        "东西不要了怎么退",
    ]
    assert "13812345678" not in model.asked[0]


@pytest.mark.django_db
def test_a_model_that_is_down_costs_only_its_part(client: Client, manager: User) -> None:
    use_model(ScriptedModel())
    try:
        assert suggested(client, manager, question="请问怎么申请退货？")["换个说法"]
    finally:
        use_model(None)
