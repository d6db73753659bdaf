"""What is published is found at the very next question, in every process, encoded or not."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from cs_platform.heartbeats import begin_alone, end_alone
from kb import answering
from kb.jobs import encode_missing, encode_published
from kb.models import Entry, Vector
from kb.search import current_index, encoding_progress, search
from kb.services import archive_entries
from kb.version import bump_version, current_version
from tests.factories import make_entry
from tests.kb.encoders import FakeEncoder

pytestmark = pytest.mark.django_db


def questions() -> list[str]:
    return [entry.question for entry in current_index().entries]


def test_an_entry_is_found_the_moment_it_is_published(encoder: FakeEncoder) -> None:
    assert questions() == []
    make_entry("怎么退货")
    assert questions() == ["怎么退货"]


def test_an_archived_entry_is_gone(encoder: FakeEncoder) -> None:
    entry = make_entry("怎么退货")
    assert questions() == ["怎么退货"]
    archive_entries([entry], by=None)
    assert questions() == []


def test_a_draft_is_not_found(encoder: FakeEncoder) -> None:
    make_entry("怎么退货", status=Entry.Status.DRAFT)
    assert questions() == []


def test_an_unchanged_version_costs_one_query(
    encoder: FakeEncoder, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_entry()
    index = current_index()
    with django_assert_num_queries(1):
        assert current_index() is index


def test_another_process_announces_its_change_by_the_number(encoder: FakeEncoder) -> None:
    make_entry("怎么退货")
    before = current_index()
    Entry.objects.update(answer="新的答案")
    bump_version()
    assert current_index() is not before
    assert current_index().entries[0].answer == "新的答案"


def test_the_number_always_rises() -> None:
    numbers = [current_version()]
    for _ in range(3):
        bump_version()
        numbers.append(current_version())
    assert numbers == sorted(set(numbers))


def test_samples_step_aside_and_come_back(encoder: FakeEncoder) -> None:
    make_entry("样例问题", is_sample=True)
    own = make_entry("怎么退货")
    assert questions() == ["怎么退货"]
    archive_entries([own], by=None)
    assert questions() == ["样例问题"]


def test_before_encoding_words_find_it_and_afterwards_meaning_does(encoder: FakeEncoder) -> None:
    encoder.meanings = {"邮费谁出": "freight", "来回的钱算谁的": "freight"}
    make_entry("邮费谁出", answer="我们出。")
    make_entry("怎么退货", answer="在订单页申请。")
    assert search("邮费谁来出")[0].by_words
    assert encode_missing() > 0
    hit = search("来回的钱算谁的")[0]
    assert (hit.entry.question, hit.by_words) == ("邮费谁出", False)


def test_encoding_twice_encodes_once(encoder: FakeEncoder) -> None:
    make_entry()
    encode_missing()
    stored, encoded = Vector.objects.count(), len(encoder.encoded)
    assert encode_missing() == 0
    assert (Vector.objects.count(), len(encoder.encoded)) == (stored, encoded)


def test_one_worker_encodes_and_the_others_are_free(encoder: FakeEncoder) -> None:
    make_entry()
    assert begin_alone("encoder", timedelta(seconds=20))
    assert (encode_missing(), encoder.encoded) == (0, [])
    end_alone("encoder")
    assert encode_missing() > 0


def test_encoding_shows_its_progress(encoder: FakeEncoder) -> None:
    make_entry()
    done, total = encoding_progress()
    assert (done, total > 0) == (0, True)
    seen: list[tuple[int, int]] = []
    encode_published(lambda reached, of: seen.append((reached, of)))
    assert seen[-1] == (total, total)
    assert encoding_progress() == (total, total)


def test_encoding_stops_in_time_and_the_rest_is_queued(encoder: FakeEncoder) -> None:
    make_entry()
    done, left = encode_published(seconds=0)
    assert done > 0
    assert left > 0


def test_without_an_encoder_there_is_nothing_to_encode(words_only: None) -> None:
    make_entry("怎么退货")
    assert encode_missing() == 0
    assert encoding_progress() == (0, 0)
    assert answering.answer("怎么退货").band == "answer"


def test_a_chosen_option_is_answered_until_it_is_withdrawn(encoder: FakeEncoder) -> None:
    entry = make_entry("怎么退货", answer="在订单页申请。")
    reply = answering.answer_entry(entry.pk)
    assert reply is not None
    assert (reply.text, reply.confidence) == ("在订单页申请。", 1.0)
    archive_entries([entry], by=None)
    assert answering.answer_entry(entry.pk) is None
