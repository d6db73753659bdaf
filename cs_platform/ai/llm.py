"""Chat models behind the OpenAI-compatible interface, or none: whoever asks one must get on without its answer."""

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from django.conf import settings

from cs_platform.ai.breaker import Breaker
from cs_platform.http import Refused, Reply, Unreachable, send

logger = logging.getLogger(__name__)

ANSWER_BYTES_MAX = 200_000
ATTEMPTS = 2
_RETRY_STATUSES = {408, 409, 425, 429, 500, 502, 503, 504}
_SECONDS_WORTH_A_RETRY = 0.8
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)


class ModelUnavailable(Exception):
    """No model, or it did not answer in time and form. Go on without it."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """What the health page tells. `seconds` is how long the last answer took."""

    name: str
    is_configured: bool
    is_available: bool
    answers: int = 0
    failures: int = 0
    last_error: str = ""
    seconds: float | None = None


class ChatModel(Protocol):
    """Anything that answers a chat within a number of seconds."""

    @property
    def is_configured(self) -> bool:
        """Whether asking makes any sense."""

    def complete(self, messages: Sequence[ChatMessage], *, seconds: float, tokens_max: int = 600) -> str:
        """The answer as text, never empty. Raises `ModelUnavailable`."""

    def status(self) -> ModelStatus:
        """How it does in this process."""


class NoModel:
    """The default: the platform as it is without a language model."""

    is_configured = False

    def complete(self, messages: Sequence[ChatMessage], *, seconds: float, tokens_max: int = 600) -> str:
        raise ModelUnavailable("no model is set up")

    def status(self) -> ModelStatus:
        return ModelStatus("", is_configured=False, is_available=False)


@dataclass
class CompatibleModel:
    """A model at an OpenAI-compatible address: Qwen, DeepSeek, Doubao, GPT, or Ollama and vLLM in the house."""

    base_url: str
    key: str = field(repr=False)
    name: str
    breaker: Breaker = field(default_factory=Breaker)
    clock: Callable[[], float] = time.monotonic

    is_configured = True

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._status = ModelStatus(self.name, is_configured=True, is_available=True)

    def complete(self, messages: Sequence[ChatMessage], *, seconds: float, tokens_max: int = 600) -> str:
        if not self.breaker.allows():
            raise ModelUnavailable("it has failed too often; it is left alone for a while")
        started = self.clock()
        try:
            text = self._ask(self._body(messages, tokens_max), deadline=started + seconds)
        except ModelUnavailable as error:
            self.breaker.failed()
            self._note(str(error))
            logger.warning("the language model %s: %s", self.name, error)
            raise
        except Exception as error:  # whatever it is, a customer waits: the answer goes out without the model
            self.breaker.failed()
            self._note(type(error).__name__)
            logger.exception("the language model %s", self.name)
            raise ModelUnavailable(type(error).__name__) from error
        self.breaker.succeeded()
        self._note("", self.clock() - started)
        return text

    def status(self) -> ModelStatus:
        with self._lock:
            known = self._status
        return ModelStatus(
            known.name,
            is_configured=True,
            is_available=not self.breaker.is_open,
            answers=known.answers,
            failures=known.failures,
            last_error=known.last_error,
            seconds=known.seconds,
        )

    def _body(self, messages: Sequence[ChatMessage], tokens_max: int) -> bytes:
        body = {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "temperature": 0.3,
            "max_tokens": tokens_max,
            "stream": False,
        }
        return json.dumps(body, ensure_ascii=False).encode()

    def _ask(self, body: bytes, *, deadline: float) -> str:
        """Once more after a hiccup, as long as there is time for it."""
        failure = ""
        for attempt in range(1, ATTEMPTS + 1):
            left = deadline - self.clock()
            if left <= 0 or (attempt > 1 and left < _SECONDS_WORTH_A_RETRY):
                break
            try:
                reply = self._send(body, left)
            except Refused as error:
                raise ModelUnavailable(f"its address is refused: {error}") from error
            except Unreachable as error:
                failure = f"it cannot be reached: {error}"
                continue
            if reply.is_success:
                return _text_of(reply)
            failure = f"it answered with status {reply.status}"
            if reply.status not in _RETRY_STATUSES:
                break
        raise ModelUnavailable(failure or "there is no time left")

    def _send(self, body: bytes, seconds: float) -> Reply:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        url = f"{self.base_url.rstrip('/')}/chat/completions"
        return send("POST", url, headers=headers, body=body, timeout=seconds, size_max=ANSWER_BYTES_MAX)

    def _note(self, error: str, seconds: float | None = None) -> None:
        with self._lock:
            known = self._status
            self._status = ModelStatus(
                self.name,
                is_configured=True,
                is_available=True,
                answers=known.answers + (not error),
                failures=known.failures + bool(error),
                last_error=error or known.last_error,
                seconds=seconds if seconds is not None else known.seconds,
            )


def _text_of(reply: Reply) -> str:
    """The words of the answer, without what a model thinks aloud before it."""
    try:
        content: Any = reply.json()["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ModelUnavailable("its answer has another form") from error
    text = _THOUGHTS.sub("", content).strip() if isinstance(content, str) else ""
    if not text:
        raise ModelUnavailable("its answer is empty")
    return text


class _Holder:
    """The model of this process, made from the settings at first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: ChatModel | None = None

    def get(self) -> ChatModel:
        with self._lock:
            if self._model is None:
                self._model = model_of_settings()
            return self._model

    def set(self, model: ChatModel | None) -> None:
        with self._lock:
            self._model = model


def model_of_settings() -> ChatModel:
    """What LLM_BASE_URL, LLM_API_KEY and LLM_MODEL say; no model unless address and name are there."""
    if not settings.LLM_BASE_URL or not settings.LLM_MODEL:
        return NoModel()
    return CompatibleModel(settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL)


_holder = _Holder()


def get_model() -> ChatModel:
    """The chat model of this process; it may be `NoModel`."""
    return _holder.get()


def use_model(model: ChatModel | None) -> None:
    """Take this one from now on, in this process (None: what the settings say)."""
    _holder.set(model)


def status() -> ModelStatus:
    """How the model does, for the health page."""
    return get_model().status()
