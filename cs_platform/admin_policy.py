"""The back office's own content security policy; every other page keeps the strict one."""

from csp.constants import NONCE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

# The theme runs Alpine, which compiles expressions, and writes its colours into a style element.
POLICY = {"script-src": [SELF, NONCE, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


class BackOfficePolicy(MiddlewareMixin):
    """Stands after the CSP middleware in the settings, which then writes what is left here into the header."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(reverse("admin:index")):
            response._csp_replace = POLICY  # type: ignore[attr-defined]
        return response
