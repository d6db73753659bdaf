"""What the knowledge base decided once, and would have decided had it dared more or less. Pure.

Only whether to send an answer or to ask back depends on the stance: an exact phrasing is sent by all of them, and what
is close to nothing is known to none.
"""

from kb.answering import NOT_SURE, TIED, Band
from kb.confidence import ANSWER_FROM, Stance

_BY_CONFIDENCE = frozenset({"meaning", "words", NOT_SURE})
_WHATEVER_THE_STANCE = frozenset(
    {
        *("exact phrasing", "match rule", "same phrasing in several entries", "about another article", TIED),
        *("nothing close enough", "nothing published", "judged by the model"),
    }
)
_BANDS: dict[str, Band] = {"answer": "answer", "clarify": "clarify", "unknown": "unknown"}


def band_under(stance: Stance, *, decision: str, reason: str, confidence: float) -> Band | None:
    """The band of a kept decision under a stance; None when something else than knowledge decided (rules, orders)."""
    if reason in _BY_CONFIDENCE and decision in ("answer", "clarify"):
        return "answer" if confidence >= ANSWER_FROM[stance] else "clarify"
    return _BANDS.get(decision) if reason in _WHATEVER_THE_STANCE else None
