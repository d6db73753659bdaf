"""The invented month of `bench reports` is one whose figures are known."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Message
from reports.benchmarks.reports_shop import make_month
from reports.building import rebuild
from reports.models import Episode
from reports.scope import Scope
from reports.totals import Totals, all_of, sums_by_hour


@pytest.mark.django_db
def test_the_figures_of_an_invented_month_are_what_was_invented() -> None:
    now = timezone.now()
    month = make_month(80, now - timedelta(hours=1))
    assert rebuild() == 80
    today = timezone.localtime(now).date()
    scope = Scope(today - timedelta(days=31), today)
    totals = all_of(scope, now)
    assert Message.objects.count() == month.messages
    assert (totals["conversations"], totals["engaged"], totals["handed_over"]) == (80, month.engaged, month.with_person)
    assert totals == Totals.added(sums_by_hour(scope, now).values())
    assert Episode.objects.filter(category__isnull=False, rating__isnull=False).exists()
