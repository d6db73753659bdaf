"""The publish gate before decision trees: one that takes another question's answer is stopped, its draft stays."""

import pytest
from django.test import Client

from cs_platform.models import User
from kb.flow_tree import Step, Tree
from kb.models import Flow
from kb.services.flows import save_flow
from tests.kb.golden import make_golden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]

LIST = "/admin/kb/flow/"
STEPS = {
    "name": "退货",
    "phrasings": "我要退货\n想退",
    "step": ["a"],
    "a-kind": "end",
    "a-text": "好的",
    "do": "publish",
}


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    make_golden("想退", expectation="nothing")
    client.force_login(manager)
    return client


def test_publishing_a_tree_is_stopped_and_goes_on_with_a_reason(desk: Client) -> None:
    flow = save_flow(Flow(name="退货"), Tree("退货", (Step("a", "end", "好的"),)), by=None)
    page = f"{LIST}{flow.pk}/change/"
    reply = desk.post(page, STEPS)
    flow.refresh_from_db()
    assert ([row.why for row in reply.context["blocking"]], flow.live) == (["sent"], None)
    desk.post(page, {**STEPS, "gate": "override", "override_reason": "核对过"})
    flow.refresh_from_db()
    assert flow.live is not None


def test_a_new_tree_that_is_stopped_stays_as_a_draft(desk: Client) -> None:
    reply = desk.post(f"{LIST}add/", STEPS)
    flow = Flow.objects.get()
    assert (reply.url, flow.live) == (f"{LIST}{flow.pk}/change/", None)
