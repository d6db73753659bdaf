"""Every error of the API is a problem detail (RFC 9457), whatever raised it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core import exceptions as core
from django.db import DataError, IntegrityError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from cs_platform.api.access import NOT_LOGGED_IN

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
NAMED_MAX = 10  # of wrong fields in the sentence; `errors` has them all


class Conflict(exceptions.APIException):
    """What was asked does not fit the state of things; `code` says which rule."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This does not fit what is stored.")
    default_code = "conflict"
    members: Mapping[str, Any] = {}  # further members of the problem detail


class Unprocessable(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This cannot be processed.")
    default_code = "unprocessable"


class BodyTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is too large.")
    default_code = "body_too_large"


class Busy(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("The database is busy; try again in a moment.")
    default_code = "busy"
    wait = 1


class Unexpected(exceptions.APIException):
    default_detail = _("Something went wrong here. It was noted; try again later.")
    default_code = "internal_error"


def problem(exc: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler: the reply that says what was wrong, and nothing about the inside."""
    request: Request = context["request"]
    error = _as_api_exception(exc, request)
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(_details(error), status=error.status_code, headers=headers, content_type=CONTENT_TYPE)


@csrf_exempt  # or a misspelt address would answer a POST with a page about cookies
def not_found(request: HttpRequest) -> JsonResponse:
    """What stands at no address of the API."""
    details = _details(exceptions.NotFound(gettext("There is nothing at this address.")))
    return JsonResponse(details, status=404, content_type=CONTENT_TYPE)


def _as_api_exception(exc: Exception, request: Request) -> exceptions.APIException:
    match exc:
        case exceptions.NotAuthenticated():
            exc.detail = exceptions.ErrorDetail(str(NOT_LOGGED_IN), exc.default_code)
            return exc
        case exceptions.APIException():
            return exc
        case Http404() | core.ObjectDoesNotExist():
            return exceptions.NotFound()
        case core.PermissionDenied():
            return exceptions.PermissionDenied()
        case core.ValidationError():
            return exceptions.ValidationError(_messages(exc))
        case core.RequestDataTooBig():
            return BodyTooLarge()
        case core.BadRequest() | core.SuspiciousOperation() | DataError() | OverflowError():
            return exceptions.ParseError()  # numbers beyond any column are among these
        case ProtectedError() | IntegrityError():
            logger.info("refused by a constraint: %s %s", request.method, request.path)
            return Conflict()
        case OperationalError():
            logger.warning("the database refused: %s %s", request.method, request.path, exc_info=exc)
            return Busy()
    logger.error("%s %s failed", request.method, request.path, exc_info=exc)
    return Unexpected()


def _messages(exc: core.ValidationError) -> Any:
    return exc.message_dict if hasattr(exc, "error_dict") else {"non_field_errors": exc.messages}


def _details(error: exceptions.APIException) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
    }
    if isinstance(error, exceptions.ValidationError):
        errors = list(_field_errors(error.detail))
        body |= {"code": "invalid", "detail": _in_a_sentence(errors), "errors": errors}
    else:
        codes = error.get_codes()
        code = codes if isinstance(codes, str) else error.default_code
        body |= {"code": code, "detail": str(error.detail), **getattr(error, "members", {})}
    return body


def _in_a_sentence(errors: Sequence[Mapping[str, str]]) -> str:
    """Many a program logs this alone, so it names the fields, or says itself what no field is to blame for."""
    names = list(dict.fromkeys(one["pointer"].removeprefix("#/") for one in errors if one["pointer"] != "#"))
    if not names:
        return " ".join(dict.fromkeys(one["detail"] for one in errors))
    shown = ", ".join([*names[:NAMED_MAX], *(["…"] if len(names) > NAMED_MAX else [])])
    return gettext("Some fields are not right: %(names)s.") % {"names": shown}


def _field_errors(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """One line for each message: a JSON pointer into the body, a code for programs, a text for people."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            is_whole = name in ("non_field_errors", core.NON_FIELD_ERRORS)
            yield from _field_errors(inner, path if is_whole else f"{path}/{name}")
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for number, inner in enumerate(detail):
            is_nested = isinstance(inner, Mapping | list)
            yield from _field_errors(inner, f"{path}/{number}" if is_nested and len(detail) > 1 else path)
    else:
        code = getattr(detail, "code", None) or "invalid"
        yield {"pointer": f"#{path}", "code": str(code), "detail": str(detail)}
