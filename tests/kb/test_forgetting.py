"""What knowledge learnt from an erased customer stays without the name, and still fits its column."""

import pytest

from kb.models import GapQuestion, Proposal
from kb.services.forgetting import forget_words
from tests.kb.gaps import miss

pytestmark = pytest.mark.django_db


def test_a_name_in_a_question_is_masked() -> None:
    gap = miss("王伟的灯泡能换吗", conversation_id=7)
    forget_words([7], ["王伟"])
    gap.refresh_from_db()
    assert (gap.question, GapQuestion.objects.get().text) == ("[姓名]的灯泡能换吗",) * 2


def test_a_note_as_long_as_its_column_is_cut_behind_the_mark() -> None:
    Proposal.objects.create(question="灯泡能换吗", note="王伟" + "问" * 498, conversation_number=7)
    forget_words([7], ["王伟"])
    assert Proposal.objects.get().note == "[姓名]" + "问" * 496
