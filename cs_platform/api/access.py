"""Who calls, and may they: `Authorization: Bearer KEY`, scopes, and how often."""

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext, gettext_lazy
from rest_framework import authentication, exceptions, permissions, throttling
from rest_framework.request import Request

from cs_platform.api.keys import find_key, note_use
from cs_platform.models import ApiKey, User

logger = logging.getLogger(__name__)
WINDOW_SECONDS = 60


class KeyAuthentication(authentication.BaseAuthentication):
    """The key decides; a session of the back office is no way into the API."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        key = find_key(text.strip())
        if key is None:
            raise exceptions.AuthenticationFailed(gettext("This API key is unknown, expired or revoked."))
        note_use(key)
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class HasScope(permissions.BasePermission):
    """Reading needs NOUN:read, everything else NOUN:write."""

    code = "missing_scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            return False
        scope = needed_scope(view, request.method or "")
        if request.auth.may(scope):
            return True
        self.message = gettext("This key lacks the scope %(scope)s.") % {"scope": scope}
        return False


def needed_scope(view: Any, method: str) -> str:
    """The scope for a request with this method to this view."""
    verb = "read" if method in permissions.SAFE_METHODS else "write"
    return f"{view.scope}:{verb}"


class KeyThrottle(throttling.BaseThrottle):
    """A fixed window per key, counted in the cache: right across processes, and open when the cache is away."""

    def allow_request(self, request: Request, view: Any) -> bool:
        key = request.auth
        if not isinstance(key, ApiKey):
            return True
        now = time.time()
        window = int(now // WINDOW_SECONDS)
        self.reset = int((window + 1) * WINDOW_SECONDS - now) + 1
        limit = settings.API_REQUESTS_PER_MINUTE
        used = _count(f"api:{key.prefix}:{window}")
        request._request.rate_limit = {
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(max(0, limit - used)),
            "RateLimit-Reset": str(self.reset),
        }
        return used <= limit

    def wait(self) -> float:
        return float(self.reset)


def _count(name: str) -> int:
    try:
        cache.add(name, 0, timeout=2 * WINDOW_SECONDS)
        return cache.incr(name)
    except Exception:  # whatever the cache's client raises: a limit is no reason to refuse everybody
        logger.warning("the API's limits are not kept while the cache cannot be reached", exc_info=True)
        return 0


NOT_LOGGED_IN = gettext_lazy("Send your key in the header “Authorization: Bearer KEY”.")
