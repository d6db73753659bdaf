"""How good the fit is on shops that it did not see."""

from collections.abc import Iterator, Sequence

import numpy as np

from kb.fitting.crossfit import Judged

_PRECISIONS = (0.9, 0.85, 0.8)
_MARKS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)


def figures_of(judged: Sequence[Judged]) -> Iterator[str]:
    """Lines to read: how often the right entry comes first, and what is answered how rightly from which mark on."""
    answerable = [one for one in judged if one.case.is_right.any()]
    first = np.mean([one.is_right for one in answerable])
    three = np.mean([one.is_among_three for one in answerable])
    yield f"right entry first {first:.3f}, among three {three:.3f}, of {len(answerable)} answerable questions"
    for precision in _PRECISIONS:
        mark, share = _reach(judged, precision)
        yield f"at {precision:.0%} right answers: {share:.1%} of the answerable ones answered, from {mark:.2f} on"
    for mark in _MARKS:
        share, right = _at(judged, mark)
        yield f"from {mark:.2f} on: {share:.1%} answered, {right:.1%} of the answers right"


def _reach(judged: Sequence[Judged], precision: float) -> tuple[float, float]:
    """The lowest mark from which on the answers are so right, and how many are answered there."""
    marks = sorted((one.confidence for one in judged), reverse=True)[:: max(1, len(judged) // 400)]
    fitting = [(mark, _at(judged, mark)[0]) for mark in marks if _at(judged, mark)[1] >= precision]
    return min(fitting, default=(1.0, 0.0))


def _at(judged: Sequence[Judged], mark: float) -> tuple[float, float]:
    weights = np.array([one.case.weight for one in judged])
    sent = np.array([one.confidence >= mark for one in judged])
    right = np.array([one.is_right for one in judged])
    can_be = np.array([bool(one.case.is_right.any()) for one in judged])
    answered = float((weights * (sent & can_be)).sum() / max((weights * can_be).sum(), 1e-9))
    return answered, float((weights * (sent & right)).sum() / max((weights * sent).sum(), 1e-9))
