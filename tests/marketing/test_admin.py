"""Marketing in the back office: what managers fill in is checked, counted live, and started from the form."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cs_platform.models import AuditEntry, User
from marketing.admin.broadcast_pages import bars, duration, funnel
from marketing.models import Broadcast, Card, Lead, Segment, Trigger
from marketing.results import Course, Effect, Progress
from marketing.services.leads import Capture, capture_lead, update_lead
from routing.models import Channel
from tests.marketing.shop import NOON, make_broadcast, make_running, make_segment, make_shopper, make_shoppers, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def card_form(**changes: Any) -> dict[str, Any]:
    asks = {f"ask_{name}": "no" for name in ("name", "wechat", "email", "note")}
    return {
        "name": "卡",
        "kind": "lead",
        "title": "留资",
        "ask_phone": "required",
        "is_active": "on",
        **asks,
        **changes,
    }


def broadcast_form(segment: Segment, **changes: Any) -> dict[str, Any]:
    numbers = {"per_minute": 600, "patience_hours": 24, "pause_days": 0, "conversion_days": 7}
    return {"name": "上新", "segment": segment.pk, "text": "{name|亲}，9 折", **numbers, **changes}


def test_a_name_card_with_its_qr_code(desk: Client) -> None:
    upload = io.BytesIO(picture())
    upload.name = "qr.png"
    desk.post(reverse("admin:marketing_card_add"), card_form(kind="contact", contact_name="林", qr=upload))
    card = Card.objects.get()
    assert (card.contact_name, bool(card.qr_png), len(card.qr_version)) == ("林", True, 12)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"ask_phone": "no"}, "ask_phone"), ({"plain_text": "加微信 abc12345"}, "plain_text")],
)
def test_a_card_that_cannot_be(desk: Client, changes: dict[str, str], field: str) -> None:
    page = desk.post(reverse("admin:marketing_card_add"), card_form(**changes))
    assert field in page.context["adminform"].form.errors
    assert not Card.objects.exists()


def test_a_trigger_that_says_nothing_is_refused(desk: Client) -> None:
    values = {"name": "唤醒", "kind": "keyword", "seconds": 30, "limit_days": 7, "limit_count": 1, "position": 10}
    page = desk.post(reverse("admin:marketing_trigger_add"), values)
    assert set(page.context["adminform"].form.errors) == {"text", "keywords"}
    assert not Trigger.objects.exists()


def test_a_trigger_with_variables_is_refused(desk: Client) -> None:
    numbers = {"seconds": 30, "limit_days": 7, "limit_count": 1, "position": 10}
    values = {"name": "唤醒", "kind": "opened_silent", "text": "{name}，在吗", **numbers}
    page = desk.post(reverse("admin:marketing_trigger_add"), values)
    assert "{name}" in page.context["adminform"].form.errors["text"][0] and not Trigger.objects.exists()


def test_the_customers_of_a_segment_are_counted_while_it_is_written(desk: Client, channel: Channel) -> None:
    make_shopper(channel, "Lin", level="vip")
    make_shopper(channel, "Wang")
    page = desk.post(reverse("admin:marketing_segment_count"), {"contact": "any", "level": "vip"})
    assert page.context["count"] == 1
    assert [customer.name for customer in page.context["customers"]] == ["Lin"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seen_within_days": "99999999999"}, "最近几天内来过"),
        ({"orders_min": "5", "orders_max": "2"}, "付款订单数不多于"),
    ],
)
def test_conditions_that_nobody_can_meet_are_named_with_their_field(
    desk: Client, changes: dict[str, str], field: str
) -> None:
    page = desk.post(reverse("admin:marketing_segment_count"), {"contact": "any", **changes})
    assert page.status_code == 200 and f"<strong>{field}</strong>" in page.content.decode()
    desk.post(reverse("admin:marketing_segment_add"), {"name": "没有人", "contact": "any", **changes})
    assert not Segment.objects.exists()


def test_a_broadcast_is_checked_while_it_is_written(desk: Client, channel: Channel) -> None:
    make_shopper(channel, "Lin")
    make_shopper(channel)
    values = broadcast_form(make_segment(), text="{name} {coupon}", coupon_codes="A")
    page = desk.post(reverse("admin:marketing_broadcast_check"), values)
    assert (page.context["audience"].written_to, page.context["without_value"]) == (2, 1)
    assert page.context["problems"] == ["有 2 位客户，但券码只有 1 个。"]
    assert "Lin" in page.content.decode()


def test_days_beyond_any_calendar_are_a_problem_of_the_broadcast(desk: Client, channel: Channel) -> None:
    values = broadcast_form(make_segment(), pause_days="99999999999")
    page = desk.post(reverse("admin:marketing_broadcast_check"), values)
    assert page.status_code == 200
    assert [problem.partition("：")[0] for problem in page.context["problems"]][-1] == "两次群发的间隔天数"


def test_a_start_in_quiet_hours_says_when_the_first_messages_go_out(desk: Client, channel: Channel) -> None:
    values = broadcast_form(make_segment(), scheduled_at_0="2030-03-01", scheduled_at_1="22:00")
    page = desk.post(
        reverse("admin:marketing_broadcast_check"), {**values, "quiet_from": "21:00", "quiet_until": "9:00"}
    )
    assert "2030-03-02 09:00 才会发出第一批消息" in page.content.decode()


def test_a_start_in_the_past_says_what_to_do(desk: Client, channel: Channel) -> None:
    make_shopper(channel)
    values = broadcast_form(make_segment(), scheduled_at_0="2020-03-01", scheduled_at_1="12:00")
    page = desk.post(reverse("admin:marketing_broadcast_check"), values)
    assert page.context["problems"] == ["计划发送时间已过。请改成以后的时间；要立即发送，清空它即可。"]


def test_saved_and_started_in_one_go(desk: Client, channel: Channel, manager: User) -> None:
    make_shoppers(channel, 3)
    desk.post(reverse("admin:marketing_broadcast_add"), broadcast_form(make_segment(), _start="1"))
    broadcast = Broadcast.objects.get()
    assert (broadcast.status, broadcast.created_by, broadcast.recipients.count()) == ("running", manager, 3)


def test_one_for_later_says_when_it_begins(desk: Client, channel: Channel) -> None:
    make_shopper(channel)
    later = {"scheduled_at_0": "2030-03-01", "scheduled_at_1": "12:00", "_start": "1"}
    page = desk.post(reverse("admin:marketing_broadcast_add"), broadcast_form(make_segment(), **later), follow=True)
    assert "“上新”将于 2030-03-01 12:00 开始。" in page.content.decode()


def test_what_cannot_start_stays_a_draft(desk: Client) -> None:
    desk.post(reverse("admin:marketing_broadcast_add"), broadcast_form(make_segment(), _start="1"))
    assert Broadcast.objects.get().status == "draft"


def test_a_running_one_shows_its_progress_and_is_stopped(desk: Client, channel: Channel) -> None:
    make_shoppers(channel, 2)
    broadcast = make_running()
    url = reverse("admin:marketing_broadcast_change", args=[broadcast.pk])
    assert desk.get(url).context["progress"].total == 2
    for move, status in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        desk.post(url, {"move": move})
        broadcast.refresh_from_db()
        assert broadcast.status == status


def test_a_form_opened_before_it_began_says_that_nothing_was_saved(desk: Client, channel: Channel) -> None:
    make_shoppers(channel, 1)
    running = make_running()
    url = reverse("admin:marketing_broadcast_change", args=[running.pk])
    page = desk.post(url, broadcast_form(running.segment, text="改了", _save="1"), follow=True)
    running.refresh_from_db()
    assert "您刚才的修改没有保存" in page.content.decode() and running.text != "改了"


def test_a_running_one_in_quiet_hours_says_when_it_goes_on(desk: Client, channel: Channel) -> None:
    make_shopper(channel)
    now = timezone.localtime()
    hours = {"quiet_from": (now - timedelta(hours=1)).time(), "quiet_until": (now + timedelta(hours=1)).time()}
    page = desk.get(reverse("admin:marketing_broadcast_progress", args=[make_running(**hours).pk]))
    assert f"{now + timedelta(hours=1):%H:%M} 继续发送" in page.content.decode()


def test_the_part_that_changes_is_fetched_alone(desk: Client, channel: Channel) -> None:
    make_shopper(channel)
    page = desk.get(reverse("admin:marketing_broadcast_progress", args=[make_running().pk]))
    assert 'data-is-live="1"' in page.content.decode()


def test_others_see_no_broadcast(client: Client, integrator: User, channel: Channel) -> None:
    make_shopper(channel)
    broadcast = make_running()
    client.force_login(integrator)
    for name, args in (("change", [broadcast.pk]), ("progress", [broadcast.pk]), ("check", [])):
        assert (
            client.post(reverse(f"admin:marketing_broadcast_{name}", args=args), {"move": "cancel"}).status_code == 403
        )
    broadcast.refresh_from_db()
    assert broadcast.status == "running"


def test_a_sent_one_is_not_deleted(desk: Client, channel: Channel) -> None:
    make_shopper(channel)
    broadcast = make_running()
    url = reverse("admin:marketing_broadcast_delete", args=[broadcast.pk])
    assert desk.post(url, {"post": "yes"}).status_code == 403
    assert (
        desk.post(reverse("admin:marketing_broadcast_delete", args=[make_broadcast().pk]), {"post": "yes"}).status_code
        == 302
    )


def test_a_lead_is_changed_in_one_spelling(desk: Client, manager: User) -> None:
    lead = capture_lead(Capture("a", phone="13800138000"))
    url = reverse("admin:marketing_lead_change", args=[lead.pk])
    rows = {"captures-TOTAL_FORMS": 1, "captures-INITIAL_FORMS": 1, "captures-0-id": lead.captures.get().pk}
    desk.post(url, {"name": "林", "phone": "+86 139 0013 9000", "status": "won", "captures-0-lead": lead.pk, **rows})
    lead.refresh_from_db()
    assert (lead.name, lead.phone, lead.status) == ("林", "13900139000", "won")
    assert AuditEntry.objects.get(action="lead.update").actor == manager


def test_who_may_look_at_the_list_does_not_read_contacts_off_it(desk: Client) -> None:
    for place, contact in enumerate([{"phone": "13800138000"}, {"wechat": "lin_13800138000"}, {"email": "lin@a.cn"}]):
        lead = capture_lead(Capture(str(place), **contact))
        update_lead(lead, by=None, note="called")
    page = desk.get(reverse("admin:marketing_lead_changelist")).content.decode()
    told = page + str(list(AuditEntry.objects.values_list("target_name", "details")))
    assert "138****8000" in told
    assert [text for text in ("13800138000", "lin@a.cn") if text in told] == []


def test_leads_are_marked_from_the_list(desk: Client) -> None:
    lead = capture_lead(Capture("a", phone="13800138000"))
    values = {"action": "mark_contacted", "_selected_action": [lead.pk]}
    desk.post(reverse("admin:marketing_lead_changelist"), values)
    assert Lead.objects.get().status == "contacted"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_exported_cell_is_a_formula(desk: Client, name: str) -> None:
    lead = capture_lead(Capture("a", name=name, phone="13800138000"))
    Lead.objects.filter(pk=lead.pk).update(name=name)
    csv = desk.get(reverse("admin:marketing_lead_export_csv")).content.decode("utf-8-sig")
    assert csv.splitlines()[1].lstrip('"')[0] not in "=+-@\t\r"
    sheet = load_workbook(io.BytesIO(desk.get(reverse("admin:marketing_lead_export_excel")).content)).active
    assert sheet["A2"].data_type == "s"


def test_the_bars_fill_their_frame() -> None:
    chart = bars(Course(start=NOON, counts=[2, 0, 4]))
    assert [(bar.x, bar.height) for bar in chart] == [(0, 50), (8.333, 0), (16.667, 100)]
    assert chart[2].label == "12:00:02 · 4"


def test_the_funnel_is_a_share_of_those_who_were_meant() -> None:
    steps = funnel(Progress(8, {"sent": 4}, {}), Effect(read=2, ordered=1))
    assert [(step.count, step.share) for step in steps] == [(8, 100), (4, 50), (2, 25), (0, 0), (1, 12.5)]


@pytest.mark.parametrize(("seconds", "text"), [(1, "1 秒"), (90, "90 秒"), (600, "10 分钟"), (7200, "2 小时")])
def test_lengths_of_time(seconds: int, text: str) -> None:
    assert duration(seconds) == text
