"""The sidebar: folded where it is long, open where it is short, and only what somebody may open."""

import pytest
from django.test import RequestFactory

from cs_platform.models import User
from cs_platform.sidebar import navigation_of

pytestmark = pytest.mark.django_db


def folded(rf: RequestFactory, user: User) -> int:
    """How many groups wait for a click."""
    request = rf.get("/admin/")
    request.user = user
    return sum(group.get("collapsible", False) for group in navigation_of(request))


def test_a_managers_long_sidebar_is_folded(rf: RequestFactory, manager: User) -> None:
    assert folded(rf, manager) == 9


def test_an_integrators_few_lines_stand_open(rf: RequestFactory, integrator: User) -> None:
    assert folded(rf, integrator) == 0
