"""What a customer wants and feels, from one look at the message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing.facts import Feeling
from routing.intent import current_recogniser
from routing.sentiment import feel
from routing.vectors import question_vector


@dataclass(frozen=True, slots=True)
class Reading:
    """`intent` is the key of one, empty for none; `strength` that of a negative feeling."""

    intent: str = ""
    confidence: float = 0.0
    feeling: Feeling = "neutral"
    strength: float = 0.0
    words: tuple[str, ...] = ()


def understand(texts: Sequence[str], versions: Mapping[str, int] | None = None) -> Reading:
    """Read unanswered messages as one. The encoder works once: the search for an answer finds the same vector."""
    text = "\n".join(texts)
    if not text.strip():
        return Reading()
    vector = question_vector(text)
    guess = current_recogniser(versions).recognise(text, vector)
    mood = feel(text, vector)
    return Reading(
        guess.intent if guess else "", guess.confidence if guess else 0.0, mood.feeling, mood.strength, mood.words
    )
