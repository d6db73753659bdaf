"""How often something may happen, counted in the cache for all processes together."""

import logging

from django.core.cache import cache

logger = logging.getLogger(__name__)


def is_allowed(what: str, *, at_most: int, seconds: int) -> bool:
    """Count one more `what`; False once there are too many in this window.

    Without the cache everything is allowed: it may be down for a moment, and a shop that takes no pictures then
    is worse than one that takes too many.
    """
    key = f"limit:{what}"
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key) <= at_most
    except ValueError:  # the window ended between the two calls
        return True
    except Exception:
        logger.warning("the limit of %s could not be counted", what.split(":")[0])
        return True
