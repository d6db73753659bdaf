"""In which words the AI speaks on a channel: phrases of its own by tone, and stored answers put in that tone."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cs_platform.ai.llm import get_model
from kb.models import Entry, Product
from kb.openers import has_opener, without_opener
from kb.rewriting import Told, put_in_tone

Tone = Literal["plain", "warm", "formal"]
Phrase = Literal["unknown", "none", "clarify", "thanks", "greeting"]

SECONDS_KEPT = 5.0  # of the AI's deadline, for everything else
PRODUCTS_KNOWN_MAX = 500
_WARM = re.compile(r"亲|哦|呢|哈|亲切|热情|活泼|可爱|温暖|\bwarm\b|\bfriendly\b", re.IGNORECASE)
_FORMAL = re.compile(r"正式|严谨|书面|商务|敬语|\bformal\b", re.IGNORECASE)

_PHRASES: dict[Phrase, dict[Tone, str | Promise]] = {
    "unknown": {
        "plain": _(
            "I have no reliable answer to that, and I do not want to guess. You could put it another way, or"
            " talk to a person."
        ),
        "warm": pgettext_lazy(
            "warm", "I have no sure answer to that and won't guess. Put it another way, or ask for a person."
        ),
        "formal": pgettext_lazy(
            "formal", "We have no reliable answer to this. Please put it another way, or ask for a person."
        ),
    },
    "none": {
        "plain": _("Then please tell me in other words what it is about, or talk to a person."),
        "warm": pgettext_lazy("warm", "Then tell me in other words what it is about, or ask for a person."),
        "formal": pgettext_lazy("formal", "Then please put your question in other words, or ask for a person."),
    },
    "clarify": {
        "plain": _("Do you mean one of these?"),
        "warm": pgettext_lazy("warm", "Is it one of these?"),
        "formal": pgettext_lazy("formal", "Which of these do you mean?"),
    },
    "thanks": {
        "plain": _("You're welcome! I am here whenever something comes up."),
        "warm": pgettext_lazy("warm", "You're welcome! I am always here."),
        "formal": pgettext_lazy("formal", "You are welcome. Please write whenever you need us."),
    },
    "greeting": {
        "plain": _("I'm here. Just tell me what it is about."),
        "warm": pgettext_lazy("warm", "I'm here! What is it about?"),
        "formal": pgettext_lazy("formal", "Good day. Please tell us what it is about."),
    },
}


def tone_of(persona: str) -> Tone:
    """The tone that a persona in the shop's own words comes down to; a persona with 亲 and 正式 is warm."""
    if _WARM.search(persona):
        return "warm"
    return "formal" if _FORMAL.search(persona) else "plain"


def phrase(name: Phrase, persona: str) -> str:
    """One of the AI's own sentences in the tone of the channel; no model takes part."""
    return str(_PHRASES[name][tone_of(persona)])


@dataclass(frozen=True, slots=True)
class Voice:
    """How a channel speaks: its tone in the shop's own words, and stock phrases that no answer begins with."""

    persona: str = ""
    openers: tuple[str, ...] = ()


def tell(stored: str, *, entry_id: int | None, question: str, voice: Voice, waiting_since: datetime | None) -> Told:
    """The stored answer as the channel would say it, within the time that the customer can still be kept waiting."""
    has_model = get_model().is_configured and voice.persona.strip()
    if not has_model and not has_opener(stored, voice.openers):
        return Told(stored, "no model")
    if not Entry.objects.filter(pk=entry_id or 0, is_verbatim=False).exists():
        return Told(stored, "word for word only")
    stored = without_opener(stored, voice.openers)
    if not has_model:
        return Told(stored, "no model")
    names = Product.objects.values_list("name", flat=True)[:PRODUCTS_KNOWN_MAX]
    seconds = seconds_left(waiting_since)
    return put_in_tone(
        stored, question=question, persona=voice.persona, seconds=seconds, names=names, openers=voice.openers
    )


def seconds_left(waiting_since: datetime | None) -> float:
    """How long a language model may take now: the customer can only be kept waiting for so long."""
    waited = (timezone.now() - waiting_since).total_seconds() if waiting_since else 0.0
    return min(settings.LLM_SECONDS, settings.AI_DEADLINE_SECONDS - SECONDS_KEPT - waited)
