"""Back office: the health page."""

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from cs_platform.condition import look_at_everything


@permission_required("cs_platform.view_noticetarget", raise_exception=True)
def health_page(request: HttpRequest) -> HttpResponse:
    """Every part of the installation, the worst first."""
    found = sorted(look_at_everything(), key=lambda part: ("bad", "fair", "good").index(part[1].level))
    context = {**admin.site.each_context(request), "title": _("Health"), "parts": found}
    return TemplateResponse(request, "admin/health.html", context)
