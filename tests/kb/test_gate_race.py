"""Two managers publish in the same moment: each change is judged on what is really published."""

import pytest

from kb.models import Entry
from kb.services import archive_entries
from kb.services.gate import PublishBlocked
from tests.at_once import at_once
from tests.factories import make_entry
from tests.kb.golden import make_golden


@pytest.mark.django_db(transaction=True)
def test_of_two_entries_that_can_each_be_spared_only_one_goes(words_only: None) -> None:
    answer = "仓库收到退货后48小时内退款。"
    entries = [make_entry(question, answer, variants="钱多久退") for question in ("退款多久到账", "多久退款")]
    make_golden("钱多久退", expectation="words", words="48小时")
    waiting = list(entries)

    def archive() -> bool:
        try:
            return archive_entries([waiting.pop()], by=None) == 1
        except PublishBlocked:
            return False

    assert sorted(at_once(archive, times=2)) == [False, True]
    assert Entry.objects.published().count() == 1
