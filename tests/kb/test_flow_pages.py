"""Decision trees in the back office: edited without JSON, looked at, walked with chosen facts, brought from Word."""

import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from pytest_django import DjangoAssertNumQueries

from cs_platform.models import User
from kb.flow_picture import draw
from kb.flow_tree import Step, Tree
from kb.models import Flow
from kb.services.flows import publish_flow, save_flow, tree_of
from tests.factories import make_user
from tests.kb.trees import publish, returning

pytestmark = pytest.mark.django_db

LIST = "/admin/kb/flow/"
STEPS = {
    "name": "退货",
    "phrasings": "我要退货\n想退",
    "step": ["a", "b", "c"],
    "a-kind": "choose",
    "a-text": "哪种？",
    "a-choice_variable": "原因",
    "a-option": ["o1", "o2"],
    "a-o1-label": "坏了",
    "a-o1-keywords": "破损，裂了",
    "a-o1-next": "b",
    "a-o2-label": "不喜欢",
    "a-o2-next": "c",
    "b-kind": "hand_over",
    "c-kind": "end",
    "c-text": "好的",
}


@pytest.fixture
def page(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def flow() -> Flow:
    return publish(returning())


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def word(*paragraphs: tuple[str, str]) -> io.BytesIO:
    """A document of paragraphs with their styles."""
    document, file = Document(), io.BytesIO()
    for style, said in paragraphs:
        document.add_paragraph(said, style=style or None)
    document.save(file)
    file.seek(0)
    file.name = "流程.docx"
    return file


def test_the_form_stores_a_tree(page: Client) -> None:
    response = page.post(f"{LIST}add/", {**STEPS, "do": "publish"}, follow=True)
    assert "第 1 版已发布" in text(response)
    first, second, last = tree_of(Flow.objects.get()).steps
    assert [(option.label, option.keywords, option.next) for option in first.options] == [
        ("坏了", ("破损", "裂了"), "b"),
        ("不喜欢", (), "c"),
    ]
    assert (first.variable, second.kind, last.text) == ("原因", "hand_over", "好的")


def test_what_is_unfinished_is_kept_and_said_at_its_step(page: Client) -> None:
    response = page.post(f"{LIST}add/", {**STEPS, "a-o2-next": "", "do": "publish"}, follow=True)
    card = re.search(r'id="step-a".*?</li>', text(response), re.DOTALL)
    assert card is not None and "请选择客户选“不喜欢”后走到哪一步" in card[0]
    assert Flow.objects.get().live is None


def test_a_name_that_is_taken_loses_nothing(page: Client, flow: Flow) -> None:
    response = page.post(f"{LIST}add/", {**STEPS, "name": flow.name})
    assert "已经有业务流程用了同样的" in text(response)
    assert 'value="破损、裂了"' in text(response)


def test_the_picture_leads_to_each_step(page: Client, flow: Flow) -> None:
    shown = text(page.get(f"{LIST}{flow.pk}/picture/"))
    assert len(re.findall(rf'href="{LIST}{flow.pk}/change/#step-\w+"', shown)) == 6
    assert "3. 选择：退货原因是什么？（质量问题 → 4；不喜欢 → 5）" in shown


def test_a_box_breaks_no_variable_and_ends_no_line_with_an_opening_mark() -> None:
    tree = Tree("a", (Step("a", "end", "好的情况我已经都记在 {ticket} 里了，在首页上（“我的订单”里）。"),))
    (box,) = draw(tree).shapes
    shown = [text for _baseline, text in box.lines]
    assert shown == ["好的情况我已经都记在", "{ticket} 里了，在首页上", "（“我的订单”里）。"]


def test_what_managers_write_stays_text(page: Client) -> None:
    evil = Tree("<b>x</b>", (Step("a", "end", "</script><script>alert(1)</script>{{ 7|add:7 }}"),))
    flow = save_flow(Flow(name="<b>x</b>"), evil, by=None)
    for path in ("change/", "picture/"):
        shown = text(page.get(f"{LIST}{flow.pk}/{path}"))
        assert (
            "<script>alert" not in shown
            and "<b>x</b>" not in shown
            and "14" not in re.findall(r"alert\(1\).{20}", shown)
        )


def test_a_walk_is_tried_with_chosen_facts(page: Client, flow: Flow) -> None:
    walked = text(page.post(f"{LIST}{flow.pk}/try/", {"do": "begin"}))
    assert "请把订单号发给我。" in walked
    walked = text(page.post(f"{LIST}{flow.pk}/try/", {"saying": ['{"text": "20261127008812"}'], "choice": "1"}))
    assert "创建工单：退货" in walked and "已登记，编号 〔ticket〕，订单 20261127008812。" in walked
    walked = text(
        page.post(f"{LIST}{flow.pk}/try/", {"saying": ['{"text": "20261127008812"}', '{"choice": 1}'], "do": "back"})
    )
    assert "退货原因是什么？" in walked and "已登记" not in walked


def test_a_word_outline_becomes_a_draft(page: Client) -> None:
    file = word(
        ("Title", "换货"),
        ("List Number", "询问：订单号？【订单号：订单】"),
        ("List Number", "选择：换什么？"),
        ("List Number 2", "尺码（大小）："),
        ("List Number 3", "结束：换尺码"),
        ("List Number 2", "颜色：转到 人工"),
        ("List Number", "[人工] 转人工"),
    )
    shown = text(page.post(f"{LIST}import/", {"file": file}))
    assert "“换货”没有问题，共 4 步" in shown and not Flow.objects.exists()
    token = re.search(r'name="token" value="(\w+)"', shown)
    assert token is not None
    page.post(f"{LIST}import/", {"token": token[1]})
    assert [step.kind for step in tree_of(Flow.objects.get()).steps] == ["ask", "choose", "end", "hand_over"]


def test_an_outline_with_faults_is_shown_by_paragraph_and_not_stored(page: Client) -> None:
    shown = text(page.post(f"{LIST}import/", {"text": "流程：x\n说说：你好\n结束：好"}))
    assert "<td>2</td><td>说说：你好</td>" in shown
    assert "token" not in shown.replace("csrfmiddlewaretoken", "") and not Flow.objects.exists()


@pytest.mark.parametrize("name", ["流程.docx", "流程.pdf", "流程.txt"])
def test_a_file_that_is_none_is_refused_in_words(page: Client, name: str) -> None:
    file = io.BytesIO(b"\xff\xfe\x00PK\x81\x00")
    file.name = name
    assert page.post(f"{LIST}import/", {"file": file}).status_code == 200
    assert not Flow.objects.exists()


def test_the_outline_comes_back_as_it_was(page: Client, flow: Flow) -> None:
    outline = page.get(f"{LIST}{flow.pk}/outline.txt").content.decode("utf-8-sig")
    shown = text(page.post(f"{LIST}import/", {"text": outline}))
    assert "“退货”没有问题，共 6 步" in shown and "已经有同名的流程" in shown


def test_the_list_asks_as_often_for_many_trees_as_for_one(
    page: Client, flow: Flow, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page.get(LIST)
    with CaptureQueriesContext(connection) as one:
        page.get(LIST)
    for name in ("换货", "维修", "发票"):
        publish(Tree(name, returning().steps), f"我要{name}")
    with django_assert_max_num_queries(len(one)):
        assert "维修" in text(page.get(LIST))


def test_others_see_nothing_and_change_nothing(client: Client, integrator: User, flow: Flow) -> None:
    client.force_login(integrator)
    for path in ("", "add/", f"{flow.pk}/change/", f"{flow.pk}/picture/", f"{flow.pk}/try/", "import/"):
        assert client.get(f"{LIST}{path}").status_code == 403, path
    assert client.post(f"{LIST}{flow.pk}/change/", STEPS).status_code == 403
    assert tree_of(flow) == returning()


def test_a_colleagues_steps_are_not_overwritten_unseen(page: Client, flow: Flow) -> None:
    colleague, address = make_user("colleague", role="manager", display_name="阿哲"), f"{LIST}{flow.pk}/change/"
    seen = page.get(address).context["seen"]
    save_flow(Flow.objects.get(pk=flow.pk), returning(), by=colleague, seen=seen)
    answer = page.post(address, STEPS | {"seen": seen})
    assert "阿哲" in text(answer) and len(tree_of(flow).steps) == len(returning().steps)
    assert "坏了" in text(answer)  # what was written is still on the page
    page.post(address, STEPS | {"seen": answer.context["seen"]})
    assert len(tree_of(flow).steps) == 3


def test_an_editor_that_was_open_takes_no_publication_back(page: Client, flow: Flow) -> None:
    old = Flow.objects.get(pk=flow.pk)
    publish_flow(flow, by=None)
    save_flow(old, returning(), by=None)
    assert Flow.objects.get(pk=flow.pk).live.number == 2  # type: ignore[union-attr]
