"""One log-in page for everybody; afterwards each goes to the own place of work."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from cs_platform.addresses import client_address
from cs_platform.audit import record
from cs_platform.models import User


class LogIn(LoginView):
    """Managers and integrators go to the back office, agents to the console."""

    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        user = form.get_user()
        assert isinstance(user, User)
        record("logged in", by=user, address=client_address(self.request))
        return answer

    def get_success_url(self) -> str:
        wanted = super().get_success_url()
        is_closed = wanted.startswith(resolve_url("admin:index")) and not self.request.user.is_staff
        return self.get_default_redirect_url() if is_closed else wanted

    def get_default_redirect_url(self) -> str:
        return resolve_url("admin:index" if self.request.user.is_staff else "console")


def back_office_log_in(request: HttpRequest) -> HttpResponse:
    """The back office's own log-in address leads to the one page. Who is logged in and lands here may not enter."""
    if request.user.is_authenticated:
        raise PermissionDenied
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return redirect_to_login(wanted if is_ours else resolve_url("admin:index"))
