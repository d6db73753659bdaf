"""Addresses of the back office with numbers that no row can have: no page, no filter, and no fault of ours."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.deprecation import MiddlewareMixin


class BackOfficeAddress(MiddlewareMixin):
    """Looks at the key before any page does: Django's own pages would, too, ours would ask the database with it."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: Mapping[str, Any]
    ) -> None:
        admin = getattr(view, "model_admin", None)
        if admin is None or "object_id" not in kwargs:
            return
        try:
            admin.opts.pk.to_python(unquote(str(kwargs["object_id"])))
        except ValidationError as error:
            raise Http404 from error

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A list that was asked for a number beyond what SQLite counts to, or a year beyond the calendar, is shown
        without its filters.

        That is what Django does with other filters that it cannot read; of these it does not check the range.
        """
        match = request.resolver_match
        is_list = match is not None and (match.url_name or "").endswith("_changelist")
        is_beyond = isinstance(exception, OverflowError) or (
            isinstance(exception, ValueError) and any("__year" in name for name in request.GET)
        )
        if not (is_beyond and is_list and request.method == "GET"):
            return None
        return None if ERROR_FLAG in request.GET else HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
