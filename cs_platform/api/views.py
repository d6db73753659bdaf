"""The views that resources are made of. The recipe is in the package's docstring."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from rest_framework import mixins, viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from cs_platform.api import idempotency
from cs_platform.api.bodies import check_query, check_size
from cs_platform.api.filters import IGNORED_HEADER, ignored_by
from cs_platform.models import ApiKey

BODY_BYTES_MAX = 1_000_000
Values = Mapping[str, Any]


class ApiViewSet(viewsets.GenericViewSet):
    """A resource: keys, scopes, errors, limits and one transaction for each write."""

    scope: ClassVar[str]
    scope_title: ClassVar[str | Promise] = ""
    is_personal: ClassVar[bool] = False
    personal_scopes: ClassVar[Mapping[str, str | Promise]] = {}
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
    input_class: ClassVar[type[BaseSerializer] | None] = None
    lookup_value_regex = "[0-9]{1,18}"
    body_bytes_max = BODY_BYTES_MAX
    api_basename = ""  # the router fills it in

    def may(self, scope: str) -> bool:
        """Whether the caller's key has this scope."""
        return isinstance(self.request.auth, ApiKey) and self.request.auth.may(scope)

    def get_serializer_class(self) -> Any:
        is_input = self.input_class is not None and self.action in ("create", "partial_update")
        return self.input_class if is_input else super().get_serializer_class()

    def show(self, row: Any, **options: Any) -> Any:
        """A row as it goes out."""
        return self.serializer_class(row, context=self.get_serializer_context(), **options).data

    def read_input(self, serializer_class: type[BaseSerializer] | None = None, *, partial: bool = False) -> Values:
        """The validated body; raises a problem that names each field."""
        chosen = serializer_class or self.get_serializer_class()
        serializer = chosen(data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_query(request)
        check_size(request, self.body_bytes_max)
        super().initial(request, *args, **kwargs)
        # DRF looks the handler up after this: a write is put into its transaction here, once for all actions.
        name = (request.method or "").lower()
        if request.method not in SAFE_METHODS and hasattr(self, name):
            setattr(self, name, partial(self._write, getattr(self, name)))

    def check_permissions(self, request: Request) -> None:
        """What a key may not do counts as well: a program that is refused and tries on would know no limit."""
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Done before the permissions; once is enough."""

    def finalize_response(
        self, request: HttpRequest, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)
        raw = getattr(request, "_request", request)
        for name, value in getattr(raw, "rate_limit", {}).items():
            response.headers[name] = value
        if ignored := ignored_by(request):
            response.headers[IGNORED_HEADER] = ignored
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _write(self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
        key = idempotency.read_key(request) if request.method == "POST" else ""
        if key:
            request._request.body  # noqa: B018  read now: parsing would leave nothing to compare
        with transaction.atomic():
            if not key:
                return handler(request, *args, **kwargs)
            return idempotency.reply_once(request, key, partial(handler, request, *args, **kwargs))


class ListRows(mixins.ListModelMixin):
    """GET /noun/"""


class RetrieveRow(mixins.RetrieveModelMixin):
    """GET /noun/ID/"""


class CreateRow:
    """POST /noun/"""

    def create_row(self, values: Values) -> Model:
        raise NotImplementedError

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.create_row(self.read_input())  # type: ignore[attr-defined]
        headers = {}
        if hasattr(self, "retrieve"):
            address = reverse(f"{self.api_basename}-detail", args=[row.pk])  # type: ignore[attr-defined]
            headers["Location"] = request.build_absolute_uri(address)
        return Response(self.show(row), status=201, headers=headers)  # type: ignore[attr-defined]


class UpdateRow:
    """PATCH /noun/ID/"""

    def update_row(self, row: Any, values: Values) -> Model:
        raise NotImplementedError

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()  # type: ignore[attr-defined]
        changed = self.update_row(row, self.read_input(partial=True))  # type: ignore[attr-defined]
        return Response(self.show(changed))  # type: ignore[attr-defined]


class DeleteRow:
    """DELETE /noun/ID/"""

    def delete_row(self, row: Any) -> None:
        raise NotImplementedError

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.delete_row(self.get_object())  # type: ignore[attr-defined]
        return Response(status=204)
