"""Decision trees over the API: read, not written."""

from collections.abc import Callable

import pytest

from kb.models import FlowRun
from kb.services.flows import begin_run, end_run
from tests.api import ApiClient
from tests.kb.trees import publish, returning

pytestmark = pytest.mark.django_db

PATH = "/api/v1/knowledge/flows/"


def test_a_program_reads_trees_and_how_they_do(api: Callable[..., ApiClient]) -> None:
    flow = publish(returning(), "我要退货", "想退")
    run = begin_run(flow.pk, flow.live_id or 0, reference="t1")
    begin_run(flow.pk, flow.live_id or 0, reference="t2")
    end_run(run.pk, FlowRun.Outcome.FINISHED)
    [row] = api("knowledge:read").get(PATH).json()["results"]
    assert (row["name"], row["phrasings"], row["version"], row["status"]) == (
        "退货",
        ["我要退货", "想退"],
        1,
        "published",
    )
    assert row["walks"] == {"begun": 2, "running": 1, "finished": 1, "handed_over": 0, "cancelled": 0, "expired": 0}
    assert "选择：退货原因是什么？【原因】" in row["outline"]


def test_without_the_scope_nothing_is_read_and_nobody_writes(api: Callable[..., ApiClient]) -> None:
    publish(returning())
    assert api("tickets:read").get(PATH).status_code == 403
    assert api("knowledge:read", "knowledge:write").post(PATH, {"name": "x"}).status_code == 405
