"""Every page of the back office: who gets in, that it needs few queries, and that it speaks one language at a time."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conversations.models import (
    CannedReply,
    EscalationStep,
    InboundPayload,
    Message,
    OutboundDelivery,
    Rating,
    Suggestion,
)
from cs_platform import audit
from cs_platform.api.granting import issue_key
from cs_platform.models import NoticeTarget, OutboxItem, User
from cs_platform.notify import Notice, notify
from cs_platform.webhooks.endpoints import create_endpoint
from cs_platform.webhooks.publishing import queue_test
from kb.models import Category, Entry, Experiment, Product
from kb.search import forget_index
from kb.services.gaps import record_gap
from kb.services.golden_runs import start_manual_run
from kb.services.proposals import propose_entry
from reports.building import build_episodes
from reports.models import ChannelCost, Subscriber
from routing.models import Agent
from tests.factories import make_conversation, make_entry, make_order, make_ticket, make_user, write
from tests.kb.golden import make_golden
from tests.marketing.shop import fill_marketing
from tests.routing.rows import fill_routing

pytestmark = pytest.mark.django_db

LISTS = {
    "reports_episode": {"manager": 200, "integrator": 403},
    "reports_channelcost": {"manager": 200, "integrator": 403},
    "reports_subscriber": {"manager": 200, "integrator": 403},
    "conversations_conversation": {"manager": 200, "integrator": 403},
    "conversations_message": {"manager": 200, "integrator": 403},
    "conversations_customer": {"manager": 200, "integrator": 403},
    "conversations_order": {"manager": 200, "integrator": 403},
    "conversations_ticket": {"manager": 200, "integrator": 403},
    "conversations_tickettarget": {"manager": 200, "integrator": 403},
    "conversations_rating": {"manager": 200, "integrator": 403},
    "conversations_cannedreply": {"manager": 200, "integrator": 403},
    "conversations_suggestion": {"manager": 200, "integrator": 403},
    "conversations_escalationstep": {"manager": 200, "integrator": 403},
    "conversations_outbounddelivery": {"manager": 200, "integrator": 403},
    "conversations_inboundpayload": {"manager": 200, "integrator": 403},
    "kb_entry": {"manager": 200, "integrator": 403},
    "kb_category": {"manager": 200, "integrator": 403},
    "kb_product": {"manager": 200, "integrator": 403},
    "kb_gap": {"manager": 200, "integrator": 403},
    "kb_proposal": {"manager": 200, "integrator": 403},
    "kb_experiment": {"manager": 200, "integrator": 403},
    "kb_flow": {"manager": 200, "integrator": 403},
    "kb_setaside": {"manager": 200, "integrator": 403},
    "kb_lesson": {"manager": 200, "integrator": 403},
    "kb_minedquestion": {"manager": 200, "integrator": 403},
    "kb_historyimport": {"manager": 200, "integrator": 403},
    "kb_synonymgroup": {"manager": 200, "integrator": 403},
    "kb_term": {"manager": 200, "integrator": 403},
    "kb_goldenquestion": {"manager": 200, "integrator": 403},
    "kb_goldenrun": {"manager": 200, "integrator": 403},
    "marketing_card": {"manager": 200, "integrator": 403},
    "marketing_trigger": {"manager": 200, "integrator": 403},
    "marketing_lead": {"manager": 200, "integrator": 403},
    "marketing_segment": {"manager": 200, "integrator": 403},
    "marketing_broadcast": {"manager": 200, "integrator": 403},
    "marketing_broadcastrecipient": {"manager": 200, "integrator": 403},
    "marketing_ordernotice": {"manager": 200, "integrator": 403},
    "marketing_ordernoticesent": {"manager": 200, "integrator": 403},
    "routing_channel": {"manager": 200, "integrator": 200},
    "routing_agent": {"manager": 200, "integrator": 403},
    "routing_strategy": {"manager": 200, "integrator": 403},
    "routing_schedule": {"manager": 200, "integrator": 403},
    "routing_holiday": {"manager": 200, "integrator": 403},
    "routing_duty": {"manager": 200, "integrator": 403},
    "routing_skillgroup": {"manager": 200, "integrator": 403},
    "routing_intent": {"manager": 200, "integrator": 403},
    "routing_rule": {"manager": 200, "integrator": 403},
    "cs_platform_user": {"manager": 200, "integrator": 403},
    "cs_platform_noticetarget": {"manager": 200, "integrator": 403},
    "cs_platform_noticedelivery": {"manager": 200, "integrator": 403},
    "cs_platform_outboxitem": {"manager": 200, "integrator": 403},
    "cs_platform_apikey": {"manager": 200, "integrator": 200},
    "cs_platform_webhookendpoint": {"manager": 200, "integrator": 200},
    "cs_platform_webhookdelivery": {"manager": 200, "integrator": 200},
    "cs_platform_auditentry": {"manager": 200, "integrator": 403},
    "django_q_failure": {"manager": 403, "integrator": 403},
}
ADDING = {
    "conversations_cannedreply",
    "reports_channelcost",
    "reports_subscriber",
    "conversations_escalationstep",
    "conversations_tickettarget",
    "marketing_card",
    "marketing_trigger",
    "marketing_segment",
    "marketing_broadcast",
    "kb_entry",
    "kb_category",
    "kb_product",
    "kb_experiment",
    "kb_flow",
    "kb_historyimport",
    "kb_synonymgroup",
    "kb_term",
    "kb_goldenquestion",
    "routing_channel",
    "routing_strategy",
    "routing_schedule",
    "routing_holiday",
    "routing_duty",
    "routing_skillgroup",
    "routing_intent",
    "routing_rule",
    "cs_platform_user",
    "cs_platform_noticetarget",
    "cs_platform_apikey",
    "cs_platform_webhookendpoint",
}  # what managers create
PAGES = [
    "conversations_cannedreply_import",
    "conversations_cannedreply_export",
    "routing_rule_try_rules",
    "routing_rule_import",
    "routing_rule_export",
    "routing_intent_check_intents",
    "routing_intent_import",
    "routing_holiday_export",
    "kb_entry_try_question",
    "kb_entry_import_entries",
    "kb_entry_export_csv",
    "kb_entry_download_template",
    "kb_proposal_contributions",
    "kb_goldenquestion_import_questions",
    "kb_goldenquestion_export_questions",
    "kb_goldenrun_test_file",
    "conversations_order_import_orders",
    "conversations_order_export_excel",
    "conversations_order_download_template",
    "conversations_customer_export_csv",
    "conversations_ticket_export_csv",
    "marketing_lead_export_excel",
    "marketing_broadcastrecipient_export_csv",
]


# Styles, scripts, and the names of icons, which their font draws.
NOT_READ = re.compile(r"<(style|script)\b.*?</\1>|<span[^>]*material-symbols[^>]*>[^<]*</span>", re.DOTALL)
# Languages, the logged-in user, and what is called so in Chinese too.
NO_WORDS = {
    "CSV",
    "Excel",
    "SKU",
    "English",
    "en",
    "zh-hans",
    "admin",
    "admin@example.com",
    "AI 先接待",
    "AI 短板周报",
    "API 密钥",
    "API 文档",
    "Webhook 地址",
    "Webhook 投递",
    "Webhook 接收地址",
    "Webhook 投递记录",
    "esc",
}


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One row or more of everything: made once, because these tests only look."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill(make_user())
        yield
        transaction.set_rollback(True)
        forget_index()


def fill(agent: User, times: int = 1) -> None:
    for number in range(times):
        conversation = make_conversation()
        write(conversation, "hello")
        order = make_order(
            customer=conversation.customer, items=[{"name": "Lamp"}], shipments=[{"tracking_number": "1"}]
        )
        make_ticket(conversation=conversation, order=order, owner=agent)
        Suggestion.objects.create(conversation=conversation, seq=1, text="Two days.", used_by=agent)
        CannedReply.objects.create(title=f"title {conversation.pk}", text="Hello", owner=agent)
        Rating.objects.create(conversation=conversation, episode_seq=number, score=4)
        EscalationStep.objects.create(after_seconds=60 + number, audience="duty", channel=conversation.channel)
        InboundPayload.objects.create(channel=conversation.channel, key=f"m{number}", body="{}")
        said = Message.objects.filter(conversation=conversation).latest("pk")
        OutboundDelivery.objects.create(message=said, conversation=conversation, channel=conversation.channel)
        topic = Category.objects.create(name=f"分类{conversation.pk}")
        Experiment.objects.create(entry=make_entry(f"question {conversation.pk}", category=topic))
        make_golden(f"golden {conversation.pk}", Entry.objects.latest("pk"), is_active=False)
        start_manual_run(by=agent)
        propose_entry(question=f"proposed {conversation.pk}", answer="Yes.", by=agent)
        record_gap(f"missed {conversation.pk}", source="miss", reference=f"test:{conversation.pk}")
        Product.objects.create(sku=f"sku-{conversation.pk}", name="Lamp", category=topic)
        target = NoticeTarget.objects.create(name="群", kind="wecom", address="https://example.com/", user=agent)
        notify([target], Notice("有客户在等"), key="test")
        issue_key(name=f"ERP {number}", scopes=["channels:read"], owner=agent)
        queue_test(create_endpoint(url="https://erp.example.com/", events=["conversation.created"], by=agent))
        audit.record("tested", conversation, by=agent)
        OutboxItem.objects.create(name="test.happened", handler="tests.hear", failed_at=conversation.created_at)
        build_episodes([conversation.pk])
        fill_routing(conversation.channel, agent)
        fill_marketing(conversation)
        ChannelCost.objects.create(channel=conversation.channel, month=date(2026, 11, 1), amount=300)
        Subscriber.objects.create(email=f"{conversation.pk}@example.com")
    Agent.objects.get_or_create(user=agent)


def test_every_registered_model_is_tested_here() -> None:
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert registered == set(LISTS)


@pytest.mark.parametrize("role", ["manager", "integrator"])
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.usefixtures("filled")
def test_lists_by_role(client: Client, manager: User, integrator: User, name: str, role: str) -> None:
    client.force_login({"manager": manager, "integrator": integrator}[role])
    assert client.get(reverse(f"admin:{name}_changelist")).status_code == LISTS[name][role]


@pytest.mark.parametrize("name", LISTS)
def test_agents_are_not_let_in(client: Client, agent: User, name: str) -> None:
    client.force_login(agent)
    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 302


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.usefixtures("filled")
def test_first_rows_open(client: Client, admin_user: User, name: str) -> None:
    client.force_login(admin_user)
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
    for row in model._default_manager.all()[:1]:
        assert client.get(reverse(f"admin:{name}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_managers_add_what_is_theirs(client: Client, manager: User, name: str) -> None:
    client.force_login(manager)
    status = client.get(reverse(f"admin:{name}_add")).status_code
    assert status == (200 if name in ADDING else 403)


@pytest.mark.parametrize("name", PAGES)
def test_pages_beside_the_list(client: Client, manager: User, integrator: User, name: str) -> None:
    client.force_login(manager)
    assert client.get(reverse(f"admin:{name}")).status_code == 200
    client.force_login(integrator)
    assert client.get(reverse(f"admin:{name}")).status_code == 403


def test_a_longer_list_needs_no_more_queries(client: Client, admin_user: User, agent: User) -> None:
    client.force_login(admin_user)
    fill(agent, times=2)
    few = queries_of_lists(client)
    fill(agent, times=8)
    many = queries_of_lists(client)
    assert {name: (few[name], many[name]) for name in LISTS if many[name] > few[name] + 1} == {}


def queries_of_lists(client: Client) -> dict[str, int]:
    counts = {}
    for name in LISTS:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"admin:{name}_changelist"))
        counts[name] = len(queries)
    return counts


def test_history_cannot_be_rewritten(client: Client, admin_user: User) -> None:
    conversation = make_conversation()
    client.force_login(admin_user)
    for page in ("change", "delete"):
        url = reverse(f"admin:conversations_conversation_{page}", args=[conversation.pk])
        assert client.post(url, {"subject": "x"}).status_code == 403


def test_an_integrator_reads_a_channel_and_cannot_change_it(client: Client, integrator: User) -> None:
    channel = make_conversation().channel
    client.force_login(integrator)
    url = reverse("admin:routing_channel_change", args=[channel.pk])
    assert f"data-channel=&quot;{channel.key}&quot;" in client.get(url).content.decode()
    assert client.post(url, {"name": "x"}).status_code == 403


def test_trying_a_question_shows_the_answer(client: Client, manager: User) -> None:
    make_entry("怎么退货", "点申请售后。")
    client.force_login(manager)
    page = client.get(reverse("admin:kb_entry_try_question"), {"question": "怎么退货"})
    assert page.context["found"].band == "answer" and "点申请售后。" in page.content.decode()


def test_publishing_from_the_list(client: Client, manager: User) -> None:
    entry = make_entry(status="draft")
    client.force_login(manager)
    client.post(reverse("admin:kb_entry_changelist"), {"action": "publish", "_selected_action": [entry.pk]})
    entry.refresh_from_db()
    assert (entry.status, entry.updated_by) == ("published", manager)


def test_a_question_that_exists_is_refused_at_its_field(client: Client, manager: User) -> None:
    make_entry("怎么退货")
    client.force_login(manager)
    page = client.post(reverse("admin:kb_entry_add"), {"question": "怎么退货 ", "answer": "a", "status": "draft"})
    assert "已经有一条知识用了这个问题" in page.context["adminform"].form.errors["question"][0]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.usefixtures("filled")
def test_sidebar_and_headings_are_chinese(client: Client, admin_user: User, name: str) -> None:
    client.force_login(admin_user)
    page = client.get(reverse(f"admin:{name}_changelist")).content.decode()
    above_rows = NOT_READ.sub("", page[page.index("<body") :].split("</thead>")[0])
    texts = {text.strip() for text in re.findall(r">([^<>]*)<", above_rows)}
    assert {text for text in texts if re.match(r"[A-Za-z]{2}", text)} - NO_WORDS == set()
