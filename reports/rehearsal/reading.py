"""What a customer reads, sorted by what it tells: from the words alone, as a person would, and nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from reports.rehearsal import shop

REPLIES = frozenset({"answer", "clarify", "unknown", "courtesy", "order", "queued"})
"""One of these follows when the AI has the word."""
AI_REPLIES = REPLIES - {"queued"}
_PERSON = ("person",)
# What the platform itself says to customers, by the name that it gets here; the first that fits counts.
_SYSTEM = {
    "queued": (
        "I am getting a person for you. You are next.",
        "I am getting a person for you. %(count)d customer is before you.",
        "None of my colleagues is online right now. Your question is kept, and a person will answer it here"
        " as soon as somebody is back. You can also leave a message, and we get back to you.",
    ),
    "taken": ("%(name)s is now here for you.",),
    "given_back": ("The AI assistant goes on helping you.",),
    "closed": ("This conversation has ended. Write again at any time.",),
    "leave": ("Please write what it is about, and how we can reach you (phone or e-mail). We get back to you.",),
    "left": (
        "Thank you, your message is noted under number %(number)s. We get back to you by %(when)s. You can also"
        " look here again, or ask something else at any time.",
    ),
    "ticket": ("Your request is noted under number %(number)s. We will get back to you by %(due)s.",),
    "ticket_done": ("Your request %(number)s (%(subject)s) is done. If anything is missing, just write here.",),
}
_COURTESIES = ("You're welcome! I am here whenever something comes up.", "I'm here. Just tell me what it is about.")
_OPT_OUT = (
    "Done: you will get no more promotions from us. Notices about your own orders still come. If you meant to"
    " cancel an order, just tell me."
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as its reader understands it. `at` is when it was written, as the message itself says."""

    seq: int
    sender: str
    kind: str
    text: str
    at: datetime
    name: str = ""
    number: int = 0  # the message's id
    card: Mapping[str, Any] | None = None


def hear(frame: Mapping[str, Any]) -> Heard:
    """A message frame of a socket, or a message of the API: their fields have the same names."""
    at = parse_datetime(frame["created_at"])
    assert at is not None
    kind = kind_of(frame["sender"], frame["text"], frame.get("options") or (), frame.get("card"), frame["seq"])
    return Heard(
        frame["seq"], frame["sender"], kind, frame["text"], at, frame["name"], int(frame["id"]), frame.get("card")
    )


def kind_of(
    sender: str,
    text: str,
    options: Sequence[Mapping[str, Any]] = (),
    card: Mapping[str, Any] | None = None,
    seq: int = 0,
) -> str:
    """What a message tells; "?" for words that nobody expects from the shop."""
    if sender in ("customer", "agent"):
        return sender
    if sender == "ai":
        return _kind_of_ai(text, tuple(str(one["id"]) for one in options), seq)
    if card and card.get("kind") == "order":
        return "notice"
    if text.startswith(shop.BROADCAST_BEGINS):
        return "broadcast"
    if text == shop.CARD_THANKS:
        return "card_thanks"
    return next((name for name, found in _patterns().items() if found.match(text)), "?")


def _kind_of_ai(text: str, options: tuple[str, ...], seq: int) -> str:
    if text == shop.GREETING and seq <= 1:
        return "greeting"
    if text in shop.ANSWERS.values():
        return "answer"
    if text == shop.WAKE_UP:
        return "wake_up"
    if text == shop.CARD_TEXT:
        return "card"
    if options[-1:] == _PERSON:
        return "unknown" if options == _PERSON else "clarify"
    if text.startswith("订单 "):
        return "order"
    return "courtesy" if text in _polite() else "opted_out" if text == _said(_OPT_OUT) else "?"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile("|".join(map(_pattern, texts))) for name, texts in _SYSTEM.items()}


def _pattern(text: str) -> str:
    """Any value may stand for a variable; more may follow, such as how long a wait will be."""
    return re.sub(r"%\\\(\w+\\\)[sd]", ".+", re.escape(_said(text)))


@cache
def _polite() -> frozenset[str]:
    return frozenset(map(_said, _COURTESIES))


def _said(text: str) -> str:
    with translation.override("zh-hans"):
        return gettext(text)
