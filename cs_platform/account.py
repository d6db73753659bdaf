"""What everybody who works here does about the own log-in: change the password, set two-step verification up.

Where a role has to have it (`SECOND_FACTOR_ROLES`), setting it up is the second step of the log-in itself.
"""

from collections.abc import Sequence
from typing import cast

import segno
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cs_platform.login import Halfway, complete_log_in, who_is_halfway, words_of
from cs_platform.models import User
from cs_platform.people import note_password
from cs_platform.second_factor import (
    address_of,
    count_recovery_codes,
    has_second_factor,
    must_have_second_factor,
    new_secret,
    remove_second_factor,
    renew_recovery_codes,
    set_up,
    verify,
)

_OFFERED = "second_factor_offered"  # of the session, until the app has shown that it has it
DEEDS = ("renew", "remove")


@require_safe
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Where the two are."""
    user = cast(User, request.user)
    return render(
        request,
        "registration/account.html",
        {"is_on": has_second_factor(user), "place": "admin:index" if user.is_staff else "console"},
    )


class ChangePassword(PasswordChangeView):
    """The own password; other sessions of this person end."""

    template_name = "registration/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        answer = super().form_valid(form)
        note_password(form.user, by=form.user)
        return answer


@never_cache
@sensitive_post_parameters("code", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set it up, make new recovery codes, take it away. Codes are shown in the answer that makes them, once."""
    halfway = who_is_halfway(request)
    user = request.user if request.user.is_authenticated else halfway.user if halfway else None
    if user is None:
        return redirect("login")
    if not has_second_factor(user):
        return _set_up(request, user, halfway)
    if not request.user.is_authenticated:
        return redirect("login-code")
    deed = request.POST.get("deed")
    if deed not in DEEDS:
        return _show(request, user)
    verdict = verify(user, request.POST.get("code", ""))
    if not verdict.is_right:
        return _show(request, user, error=words_of(verdict))
    if deed == "renew":
        return _show_codes(request, renew_recovery_codes(user))
    remove_second_factor(user, by=user)
    return redirect("second-factor" if must_have_second_factor(user) else "account")


def _set_up(request: HttpRequest, user: User, halfway: Halfway | None) -> HttpResponse:
    secret = request.session.setdefault(_OFFERED, new_secret())
    if request.method != "POST":
        return _invite(request, user, secret)
    if request.user.is_authenticated and not _knows_password(request, user):
        return _invite(request, user, secret, error=_("This is not your password."))
    codes = set_up(user, secret, request.POST.get("code", ""))
    if not codes:
        return _invite(request, user, secret, error=_("This code is not right. Enter the one that the app shows now."))
    del request.session[_OFFERED]
    onward = complete_log_in(request, halfway) if halfway and not request.user.is_authenticated else ""
    return _show_codes(request, codes, onward=onward)


def _knows_password(request: HttpRequest, user: User) -> bool:
    """Asked as at the log-in, so guesses are counted together with those made there."""
    return authenticate(request, username=user.username, password=request.POST.get("password", "")) == user


def _invite(request: HttpRequest, user: User, secret: str, *, error: str = "") -> HttpResponse:
    code = segno.make(address_of(secret, user), error="m")
    picture = code.svg_inline(scale=5, border=3, dark="#000", light="#fff")
    return render(
        request,
        "registration/second_factor_set_up.html",
        {
            "picture": mark_safe(picture),  # noqa: S308 - drawn by the library, numbers only
            "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
            "asks_password": request.user.is_authenticated,
            "error": error,
        },
    )


def _show(request: HttpRequest, user: User, *, error: str = "") -> HttpResponse:
    return render(
        request,
        "registration/second_factor.html",
        {
            "factor": user.second_factor,
            "codes_left": count_recovery_codes(user),
            "must": must_have_second_factor(user),
            "error": error,
        },
    )


def _show_codes(request: HttpRequest, codes: Sequence[str], *, onward: str = "") -> HttpResponse:
    return render(request, "registration/recovery_codes.html", {"codes": codes, "onward": onward})
