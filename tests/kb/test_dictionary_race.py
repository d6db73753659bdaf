"""Managers who write the dictionary in the same moment."""

import pytest
from django.core.exceptions import ValidationError

from kb.models import SynonymGroup
from kb.services.dictionary import save_group
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def add_group() -> bool:
    try:
        save_group(SynonymGroup(words="青团\n艾粑粑"), by=None)
    except ValidationError:
        return False
    return True


def test_of_groups_with_the_same_word_saved_at_once_one_is_kept() -> None:
    assert sorted(at_once(add_group)) == [False, False, False, True]
    assert SynonymGroup.objects.count() == 1
