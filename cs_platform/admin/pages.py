"""Small pages of the back office: one that asks before something is done, one that shows a secret once."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise

Text = str | Promise


def confirm_page(
    admin: ModelAdmin,
    request: HttpRequest,
    *,
    title: Text,
    text: Text,
    button: Text,
    back: str,
    do: Callable[[], HttpResponse],
    **context: Any,
) -> HttpResponse:
    """A page with one button; what it does happens on POST only."""
    if request.method == "POST":
        return do()
    shown = {**admin.admin_site.each_context(request), "opts": admin.opts, "title": title, "text": text}
    return TemplateResponse(
        request, "admin/cs_platform/confirm.html", shown | {"button": button, "back": back} | context
    )


def secret_page(
    admin: ModelAdmin, request: HttpRequest, *, title: Text, text: Text, secret: str, back: str, **context: Any
) -> HttpResponse:
    """The reply that shows a secret; it is kept by no browser, no session and no log."""
    shown = {**admin.admin_site.each_context(request), "opts": admin.opts, "title": title, "text": text}
    shown |= {"secret": secret, "back": back} | context
    page = TemplateResponse(request, "admin/cs_platform/secret.html", shown)
    add_never_cache_headers(page)
    return page
