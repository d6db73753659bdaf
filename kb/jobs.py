"""Background work on knowledge: the sentence vectors that are still missing."""

import logging
import random
import time
from datetime import timedelta

from cs_platform.ai.encoder import get_encoder
from cs_platform.heartbeats import begin_alone, end_alone, show_life
from cs_platform.jobs import enqueue, schedule_job
from cs_platform.sweeps import register_sweep
from kb.models import Experiment
from kb.prepared import texts_to_encode
from kb.search import encoding_progress, published_entries
from kb.services.care import tell_owners
from kb.services.guardrails import guard_experiments
from kb.services.overlaps import look_through_everything
from kb.vectors import Progress, encode_texts, missing_texts
from kb.version import bump_version

register_sweep("guardrails", guard_experiments, every=600.0, thread=True, rows=lambda now: Experiment.objects.running())

schedule_job("knowledge that needs a look", tell_owners, cron="10 9 * * *")
schedule_job("duplicates and contradictions", look_through_everything, cron="20 4 * * *")

logger = logging.getLogger(__name__)

# Short for who waits behind it, such as somebody who imports a small file; the rest is a new task.
_SECONDS_PER_TASK = 4.0
_ENCODER = "encoder"
_LEASE = timedelta(seconds=20)  # whoever was killed meanwhile is waited for so long
_SECONDS_BETWEEN_VERSIONS = 10.0


def encode_missing() -> int:
    """Compute and store missing vectors of what is published, standard questions first; returns how many.

    Entries can be found by their words meanwhile. One worker is at it at a time, so that another one is free.
    """
    if not begin_alone(_ENCODER, _LEASE):
        return 0  # whoever is at it looks again at the end
    try:
        done, left = encode_published(lambda reached, of: show_life(), seconds=_SECONDS_PER_TASK)
    finally:
        end_alone(_ENCODER)
    if left or count_missing():
        enqueue(encode_missing)
    return done


def count_missing() -> int:
    """How many texts of what is published have no vector yet."""
    done, of = encoding_progress()
    return of - done


def encode_published(progress: Progress | None = None, *, seconds: float = float("inf")) -> tuple[int, int]:
    """Encode for at most so many seconds; returns how many texts were done and how many are left."""
    encoder = get_encoder()
    if encoder is None:
        return 0, 0
    texts = missing_texts(texts_to_encode(published_entries()), encoder.model_id)
    started = announced = time.monotonic()
    done = 0
    for reached in encode_texts(_shuffle_nearby(texts), encoder, progress):
        done = reached
        now = time.monotonic()
        if now - announced >= _SECONDS_BETWEEN_VERSIONS:
            bump_version()
            announced = now
        if now - started >= seconds:
            break
    if done:
        bump_version()
        logger.info("Encoded %d of %d texts in %.1f s", done, len(texts), time.monotonic() - started)
    return done, len(texts) - done


def _shuffle_nearby(texts: list[str], reach: int = 64) -> list[str]:
    """About the same order, but no two workers at the same text: both would do all of the work."""
    chooser = random.Random()
    keyed = [(place + chooser.random() * reach, text) for place, text in enumerate(texts)]
    return [text for _, text in sorted(keyed)]
