"""What may come in: JSON of a bounded size and depth, with nothing in it that a database refuses."""

import math
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from cs_platform.api.errors import BodyTooLarge

DEPTH_MAX = 32


class StrictJSONParser(JSONParser):
    """JSON without NUL, lone surrogates and towers of brackets."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            parsed = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_too_deep()) from error
        _check(parsed, DEPTH_MAX)
        return parsed


def check_size(request: Request, bytes_max: int) -> None:
    """Refuse a large body before it is read; give one that came in pieces the length that DRF looks for."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > bytes_max:
        raise BodyTooLarge()
    if "HTTP_TRANSFER_ENCODING" in request.META and length == "0":
        body = request._request.read(bytes_max + 1)
        if len(body) > bytes_max:
            raise BodyTooLarge()
        request._request._body = body
        request.META["CONTENT_LENGTH"] = str(len(body))


def check_query(request: Request) -> None:
    if "\x00" in request.get_full_path() or "%00" in request.META.get("QUERY_STRING", ""):
        raise ParseError(gettext("NUL characters are not allowed."))


def _check(value: Any, levels: int) -> None:
    if levels < 0:
        raise ParseError(_too_deep())
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name)
            _check(inner, levels - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, levels - 1)
    elif isinstance(value, float) and not math.isfinite(value):  # 1e999 is JSON, and more than a number can be
        raise ParseError(gettext("A number is too large."))


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError(gettext("NUL characters are not allowed."))
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError(gettext("Half of a surrogate pair is not a character."))


def _too_deep() -> str:
    return gettext("The JSON is nested too deeply.")
