"""Addresses of the back office: one whose number cannot be a number is no page, and no fault of ours."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
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
