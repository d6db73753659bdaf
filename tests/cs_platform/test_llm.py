"""The client of language models: bounded, quiet about its key, and left alone when it fails."""

import logging
import time
from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings

from cs_platform.ai.llm import ChatMessage, CompatibleModel, ModelUnavailable, NoModel, model_of_settings
from tests.doubles.llm import LlmDouble, fails, llm_double, raw, says, sleeps

HELLO = [ChatMessage("user", "你好")]


@pytest.fixture
def double(outbound_allowed: Callable[[str], None]) -> Iterator[LlmDouble]:
    with llm_double() as double:
        outbound_allowed(double.place)
        yield double


def ask(model: CompatibleModel, seconds: float = 3.0) -> str:
    return model.complete(HELLO, seconds=seconds)


def test_it_asks_in_the_form_that_everybody_understands(double: LlmDouble) -> None:
    double.does(says(" 亲，在的 "))
    assert ask(double.model) == "亲，在的"
    asked = double.asked[0]
    assert (asked["path"], asked["model"]) == ("/v1/chat/completions", "qwen-test")
    assert asked["messages"] == [{"role": "user", "content": "你好"}]
    assert double.keys == ["Bearer sk-secret"]


def test_thoughts_are_not_the_answer(double: LlmDouble) -> None:
    double.does(says("<think>要热情</think>\n亲，在的"))
    assert ask(double.model) == "亲，在的"


def test_once_more_after_a_hiccup(double: LlmDouble) -> None:
    double.does(fails(503), says("好"))
    assert ask(double.model) == "好"


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_not_tried_again(double: LlmDouble, status: int) -> None:
    double.does(fails(status))
    with pytest.raises(ModelUnavailable, match=str(status)):
        ask(double.model)
    assert len(double.asked) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}', b"<html>", b"x" * 300_000],
)
def test_an_answer_of_another_form_is_none(double: LlmDouble, content: bytes) -> None:
    double.does(raw(content))
    with pytest.raises(ModelUnavailable):
        ask(double.model)


def test_it_is_not_waited_for_longer_than_allowed(double: LlmDouble) -> None:
    double.does(sleeps)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable):
        ask(double.model, seconds=0.3)
    assert time.monotonic() - started < 1.0


def test_after_three_failures_it_is_not_asked(double: LlmDouble) -> None:
    double.does(fails(500))
    model = double.model
    for _ in range(5):
        with pytest.raises(ModelUnavailable):
            ask(model)
    assert len(double.asked) == 6  # two attempts each, three times
    status = model.status()
    assert (status.is_available, status.failures, status.last_error) == (False, 3, "it answered with status 500")


def test_the_status_tells_how_it_does(double: LlmDouble) -> None:
    model = double.model
    ask(model)
    status = model.status()
    assert (status.name, status.is_available, status.answers, status.failures) == ("qwen-test", True, 1, 0)
    assert status.seconds is not None and status.seconds < 3


def test_the_key_is_nowhere_to_be_read(double: LlmDouble, caplog: pytest.LogCaptureFixture) -> None:
    double.does(fails(401))
    model = double.model
    with caplog.at_level(logging.DEBUG), pytest.raises(ModelUnavailable) as refused:
        ask(model)
    assert "sk-secret" not in caplog.text + str(refused.value) + repr(model) + repr(model.status())


def test_an_internal_address_that_nobody_named_is_not_called() -> None:
    with llm_double() as double:
        with pytest.raises(ModelUnavailable):
            ask(double.model)
        assert double.asked == []


def test_without_settings_there_is_no_model() -> None:
    model = model_of_settings()
    assert isinstance(model, NoModel) and not model.status().is_configured
    with pytest.raises(ModelUnavailable):
        model.complete(HELLO, seconds=1)


@override_settings(LLM_BASE_URL="https://models.example/v1", LLM_API_KEY="k", LLM_MODEL="qwen-plus")
def test_the_settings_name_a_model() -> None:
    model = model_of_settings()
    assert isinstance(model, CompatibleModel) and (model.name, model.key) == ("qwen-plus", "k")
