"""Back office: the page on which a manager chooses the size of the shop, and sees first what that changes."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cs_platform.models import User
from cs_platform.presets import SIZES, apply_preset, plan_for


@permission_required("cs_platform.change_noticetarget", raise_exception=True)
def presets_page(request: HttpRequest) -> HttpResponse:
    """GET shows the sizes and the changes of the chosen one; POST makes them."""
    if request.method == "POST":
        return _apply(request)
    size = SIZES.get(request.GET.get("size", ""))
    context = {
        **admin.site.each_context(request),
        "title": _("Size of the shop"),
        "sizes": SIZES.values(),
        "size": size,
        "changes": plan_for(size) if size else [],
    }
    return TemplateResponse(request, "admin/presets.html", context)


def _apply(request: HttpRequest) -> HttpResponse:
    size = SIZES.get(request.POST.get("size", ""))
    if size is None:
        raise Http404
    assert isinstance(request.user, User)
    count = len(apply_preset(size, by=request.user))
    text = ngettext("%(count)d value was changed.", "%(count)d values were changed.", count) % {"count": count}
    messages.success(request, text if count else gettext("Everything was so already."))
    return redirect("presets")
