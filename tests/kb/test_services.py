"""Writes to the knowledge base: each is searchable, and no question exists twice."""

import pytest
from django.core.exceptions import ValidationError

from kb import services
from kb.models import Entry
from kb.version import current_version
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def test_saving_bumps_the_version() -> None:
    before = current_version()
    make_entry()
    assert current_version() > before


def test_the_same_question_is_refused_with_the_other_s_name() -> None:
    make_entry("怎么退货？")
    with pytest.raises(ValidationError) as refused:
        services.save_entry(Entry(question="怎么退货？ ", answer="乙"), by=None)
    assert "怎么退货？" in refused.value.message_dict["question"][0]
    assert Entry.objects.count() == 1


def test_an_entry_may_keep_its_own_question() -> None:
    entry = make_entry("怎么退货")
    entry.answer = "新"
    assert services.save_entry(entry, by=None).pk == entry.pk


def test_an_empty_question_is_refused() -> None:
    with pytest.raises(ValidationError):
        services.save_entry(Entry(question="  ", answer="a"), by=None)


def test_a_reworded_question_frees_the_old_wording() -> None:
    entry = make_entry("怎么退货")
    entry.question = "如何退货"
    services.save_entry(entry, by=None)
    assert make_entry("怎么退货").pk != entry.pk


def test_publishing_counts_what_changed() -> None:
    entries = [make_entry("a"), make_entry("b", status=Entry.Status.DRAFT)]
    assert services.publish_entries(entries, by=None) == 1
    assert Entry.objects.published().count() == 2


def test_publishing_what_is_published_changes_no_version() -> None:
    entry = make_entry()
    version = current_version()
    assert services.publish_entries([entry], by=None) == 0
    assert current_version() == version


def test_archiving_bumps_the_version() -> None:
    entry = make_entry()
    version = current_version()
    assert services.archive_entries([entry], by=None) == 1
    assert current_version() > version


def test_deleting_bumps_the_version() -> None:
    entry = make_entry()
    version = current_version()
    assert services.delete_entries([entry]) == 1
    assert current_version() > version


def test_a_sample_can_be_kept() -> None:
    entry = make_entry(is_sample=True)
    assert services.adopt_entries([entry], by=None) == 1
    assert not Entry.objects.get().is_sample
