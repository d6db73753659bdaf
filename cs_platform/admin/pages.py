"""Small pages of the back office: one that asks before something is done, one that shows a secret once."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar, cast

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise

Text = str | Promise
Deed = TypeVar("Deed", bound=Callable[..., HttpResponse])


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


def asks_first(title: Text, text: Text) -> Callable[[Deed], Deed]:
    """For a button that is a link: it shows what it will do and asks; only the POST of that page does it.

    Put it below `@action`. A link alone changes nothing, wherever somebody else has placed it.
    """

    def wrap(deed: Deed) -> Deed:
        @wraps(deed)
        def asking(self: ModelAdmin, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            number = kwargs.get("object_id", args[0] if args else None)
            page, keys = ("changelist", []) if number is None else ("change", [number])
            back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=keys)
            do = partial(deed, self, request, *args, **kwargs)
            return confirm_page(self, request, title=title, text=text, button=title, back=back, do=do)

        return cast(Deed, asking)

    return wrap


def secret_page(
    admin: ModelAdmin, request: HttpRequest, *, title: Text, text: Text, secret: str, back: str, **context: Any
) -> HttpResponse:
    """The reply that shows a secret; it is kept by no browser, no session and no log."""
    shown = {**admin.admin_site.each_context(request), "opts": admin.opts, "title": title, "text": text}
    shown |= {"secret": secret, "back": back} | context
    page = TemplateResponse(request, "admin/cs_platform/secret.html", shown)
    add_never_cache_headers(page)
    return page
