"""One log-in page for everybody; afterwards each goes to the own place of work.

Who has set up two-step verification is asked for a code between the two. Until it is given nobody is logged in: the
session only remembers, for a few minutes, whose password was right.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cs_platform.addresses import client_address
from cs_platform.audit import record
from cs_platform.models import User
from cs_platform.second_factor import Verdict, has_second_factor, must_have_second_factor, verify

HALFWAY_SECONDS = 600
_HALFWAY = "halfway"


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody whose password was right, where to go afterwards, and what checked the password."""

    user: User
    wanted: str
    backend: str


class LogIn(LoginView):
    """Managers and integrators go to the back office, agents to the console."""

    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        assert isinstance(user, User)
        halfway = Halfway(user, self.get_redirect_url(), user.backend)
        if has_second_factor(user):
            return _stop_halfway(self.request, halfway, "login-code")
        if must_have_second_factor(user):
            return _stop_halfway(self.request, halfway, "second-factor")
        return redirect(complete_log_in(self.request, halfway))

    def get_success_url(self) -> str:
        return _place_of(self.request.user, self.get_redirect_url())


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code_step(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or a recovery code."""
    halfway = who_is_halfway(request)
    if halfway is None or not has_second_factor(halfway.user):
        return redirect("login")
    if request.method != "POST":
        return render(request, "registration/code.html")
    verdict = verify(halfway.user, request.POST.get("code", ""))
    if verdict.is_right:
        return redirect(complete_log_in(request, halfway))
    return render(request, "registration/code.html", {"error": words_of(verdict)})


def words_of(verdict: Verdict) -> str:
    """Why a code was not taken, for the person who typed it."""
    if verdict.wait_seconds:
        return ngettext(
            "Too many wrong codes. Try again in %(seconds)d second.",
            "Too many wrong codes. Try again in %(seconds)d seconds.",
            verdict.wait_seconds,
        ) % {"seconds": verdict.wait_seconds}
    return _("This code is not right, or was used already. Wait for the next one.")


def who_is_halfway(request: HttpRequest) -> Halfway | None:
    """Whose password was right a few minutes ago in this session; None as well when it has changed since."""
    kept: dict[str, Any] | None = request.session.get(_HALFWAY)
    if not kept or not 0 <= time.time() - kept["at"] < HALFWAY_SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), kept["fingerprint"]):
        return None
    return Halfway(user, kept["wanted"], kept["backend"])


def complete_log_in(request: HttpRequest, halfway: Halfway) -> str:
    """Log in. Returns where to go: what was wanted, or the own place of work where that is closed."""
    request.session.pop(_HALFWAY, None)
    login(request, halfway.user, backend=halfway.backend)
    record("logged in", by=halfway.user, address=client_address(request))
    return _place_of(halfway.user, halfway.wanted)


def back_office_log_in(request: HttpRequest) -> HttpResponse:
    """The back office's own log-in address leads to the one page. Who is logged in and lands here may not enter."""
    if request.user.is_authenticated:
        raise PermissionDenied
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return redirect_to_login(wanted if is_ours else resolve_url("admin:index"))


def _stop_halfway(request: HttpRequest, halfway: Halfway, step: str) -> HttpResponse:
    request.session.cycle_key()
    request.session[_HALFWAY] = {
        "user": halfway.user.pk,
        "fingerprint": halfway.user.get_session_auth_hash(),  # changes with the password
        "wanted": halfway.wanted,
        "backend": halfway.backend,
        "at": time.time(),
    }
    return redirect(step)


def _place_of(user: Any, wanted: str) -> str:
    is_closed = wanted.startswith(resolve_url("admin:index")) and not user.is_staff
    return wanted if wanted and not is_closed else resolve_url("admin:index" if user.is_staff else "console")
