"""Which of a few options a customer's own words come closest to."""

import logging
from collections.abc import Sequence

from cs_platform.ai.encoder import get_encoder
from cs_platform.text import clean_question

logger = logging.getLogger(__name__)

# Measured on answers to the shipped trees: a wrong step costs more than one more question, so both are strict.
_CLOSE = 0.92  # cosine below which two short texts need not have anything in common
_LEAD = 0.025  # closer than this, two options are equally meant
_CHARACTERS_MAX = 60  # a longer message tells a story: its words decide, or a person


def closest_option(text: str, options: Sequence[Sequence[str]]) -> int | None:
    """The place of the option one of whose wordings is nearest in meaning.

    None when none is near, two are equally near, or nothing can tell.
    """
    encoder = get_encoder()
    if encoder is None or not options or len(text) > _CHARACTERS_MAX:
        return None
    try:
        asked = encoder.encode_question(clean_question(text))
        scores = sorted(
            (max(float(encoder.encode_question(word) @ asked) for word in words), place)
            for place, words in enumerate(options)
        )
    except Exception:  # whatever the engine fails with, the customer is asked again
        logger.exception("The encoder failed on an answer; words alone decided.")
        return None
    best, place = scores[-1]
    if best < _CLOSE or (len(scores) > 1 and best - scores[-2][0] < _LEAD):
        return None
    return place
