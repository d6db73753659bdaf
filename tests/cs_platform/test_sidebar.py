"""The sidebar: folded where it is long, open where it is short, and only what somebody may open."""

import pytest
from django.test import RequestFactory

from cs_platform.models import User
from cs_platform.sidebar import NAVIGATION, navigation_of

pytestmark = pytest.mark.django_db


def folded(rf: RequestFactory, user: User) -> int:
    """How many groups wait for a click."""
    request = rf.get("/admin/")
    request.user = user
    return sum(group.get("collapsible", False) for group in navigation_of(request))


def test_a_managers_long_sidebar_is_folded(rf: RequestFactory, manager: User) -> None:
    assert folded(rf, manager) == 10


def test_an_integrators_few_lines_stand_open(rf: RequestFactory, integrator: User) -> None:
    assert folded(rf, integrator) == 0


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/admin/reports/costs/", "数据看板"),
        ("/admin/reports/channelcost/", "数据看板"),
        ("/admin/reports/subscriber/", "AI 短板周报"),
        ("/admin/marketing/broadcastrecipient/", "群发"),
        ("/admin/marketing/ordernoticesent/", "订单通知"),
    ],
)
def test_pages_without_a_line_of_their_own_highlight_where_they_belong(
    path: str, line: str, rf: RequestFactory
) -> None:
    lines = [one for group in NAVIGATION for one in group["items"] if "active" in one]
    assert [str(one["title"]) for one in lines if one["active"](rf.get(path))] == [line]
