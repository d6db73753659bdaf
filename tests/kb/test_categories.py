"""The tree of topics: three levels, whoever builds or moves it."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cs_platform.models import User
from kb.categories import categories_by_path, ensure_paths, split_path
from kb.models import Category
from tests.factories import make_entry

pytestmark = pytest.mark.django_db

MOVE = "/admin/kb/category/move-node/"


@pytest.fixture
def tree() -> dict[str, Category]:
    ensure_paths(["售后/退货/七天", "售后/换货", "物流"])
    return {category.name: category for category in Category.objects.all()}


def move(client: Client, node: Category, below: Category) -> str:
    fields = {"move": node.pk, "relative_to": below.pk, "position": "first-child"}
    return client.post(MOVE, fields).content.decode()


@pytest.mark.parametrize("text", ["售后/退货", " 售后 / 退货 ", "售后／退货", "售后 › 退货", "售后>退货"])
def test_ways_to_write_a_path(text: str) -> None:
    assert split_path(text) == ("售后", "退货")


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValidationError):
        split_path("长" * 61)


def test_known_levels_are_not_made_twice(tree: dict[str, Category]) -> None:
    ensure_paths(["售后/退货/七天", "售后/维修"])
    assert sorted("/".join(path) for path in categories_by_path()) == [
        "售后",
        "售后/换货",
        "售后/维修",
        "售后/退货",
        "售后/退货/七天",
        "物流",
    ]


def test_a_manager_moves_a_topic(client: Client, manager: User, tree: dict[str, Category]) -> None:
    client.force_login(manager)
    assert move(client, tree["换货"], tree["物流"]) == "ok"
    assert Category.objects.get(name="换货").path == "物流/换货"


def test_a_move_below_the_third_level_is_refused(client: Client, manager: User, tree: dict[str, Category]) -> None:
    client.force_login(manager)
    assert move(client, tree["退货"], tree["换货"]) == "error"
    assert Category.objects.get(name="七天").path == "售后/退货/七天"


def test_an_integrator_cannot_move_topics(client: Client, integrator: User, tree: dict[str, Category]) -> None:
    client.force_login(integrator)
    response = client.post(MOVE, {"move": tree["换货"].pk, "relative_to": tree["物流"].pk, "position": "first-child"})
    assert response.status_code == 403
    assert Category.objects.get(name="换货").path == "售后/换货"


def test_a_topic_counts_what_is_below_it(client: Client, manager: User, tree: dict[str, Category]) -> None:
    make_entry("a", category=tree["七天"])
    make_entry("b", category=tree["售后"])
    client.force_login(manager)
    shown = client.get("/admin/kb/category/").context["cl"].result_list
    assert {topic.name: topic.entry_count for topic in shown} == {"售后": 2, "退货": 1, "七天": 1, "换货": 0, "物流": 0}


def test_a_branch_is_not_put_where_its_own_levels_do_not_fit(tree: dict[str, Category]) -> None:
    tree["退货"].parent = tree["换货"]
    with pytest.raises(ValidationError, match="三级"):
        tree["退货"].full_clean()
    tree["退货"].parent = tree["物流"]
    tree["退货"].full_clean()
