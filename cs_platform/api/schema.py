"""What the OpenAPI schema says beyond what the views say: the key, scopes, problems, the Idempotency-Key."""

import re
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer

from cs_platform.api.access import needed_scope

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Always about:blank; look at `code`."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "code": {"type": "string", "description": "For programs; stays the same in every language."},
        "detail": {"type": "string", "description": "For people."},
        "errors": {
            "type": "array",
            "description": "One for each field that is not right.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer into the body, such as #/phone; or a parameter of a list.",
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=_("Sent again with the same key and body, the request has no second effect and gets the first reply."),
)


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "cs_platform.api.access.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


_MOMENT = _("ISO 8601; write + as %2B, or use Z: 2026-11-27T09:30:00Z.")
# Parameters that mean the same in every list: by how their names end, and else by their type.
BY_ENDING = {
    "_after": format_lazy("{} {}", _("From this moment on."), _MOMENT),
    "_since": format_lazy("{} {}", _("From this moment on."), _MOMENT),
    "_before": format_lazy("{} {}", _("Before this moment."), _MOMENT),
    "search": _("Only rows with these words."),
}
BY_TYPE = {
    "boolean": _("true or false."),
    "integer": _("The id of such a row."),
    "number": _("The id of such a row."),
    "string": _("Exactly this."),
}
JAVASCRIPT_MAX = 2**53
_INPUT = re.compile(r"^Patched(?=\w)|(Input|Change)Request$")

SUMMARIES = {
    "list": "List",
    "retrieve": "Read one",
    "create": "Create",
    "partial_update": "Change",
    "destroy": "Delete",
}


class ApiSchema(AutoSchema):
    """One operation."""

    def get_summary(self) -> str | None:
        action = getattr(self.view, "action", None) or ""
        return super().get_summary() or SUMMARIES.get(action) or action.replace("_", " ").capitalize() or None

    def get_override_parameters(self) -> list[OpenApiParameter]:
        return [IDEMPOTENCY_KEY] if self.method == "POST" else []

    def get_description(self) -> str:
        scope = f"`{needed_scope(self.view, self.method)}`" if hasattr(self.view, "scope") else ""
        return "\n\n".join(part for part in (super().get_description(), scope) if part)

    def get_response_serializers(self) -> Any:
        is_input = getattr(self.view, "input_class", None) and self.view.action in ("create", "partial_update")
        return self.view.serializer_class if is_input else super().get_response_serializers()


def example(value: dict[str, Any]) -> Any:
    """Decorates a serializer of bodies with one that runs as it is written, wherever such rows exist."""
    return extend_schema_serializer(examples=[OpenApiExample("Example", value=value, request_only=True)])


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing: every operation may answer with a problem."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result.get("paths", {}).values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].setdefault("default", {"description": "Problem", "content": content})
            for parameter in operation.get("parameters", ()) if isinstance(operation, dict) else ():
                _describe_parameter(parameter)
    return result


def _describe_parameter(parameter: dict[str, Any]) -> None:
    by_ending = [said for ending, said in BY_ENDING.items() if parameter["name"].endswith(ending)]
    said = by_ending[0] if by_ending else BY_TYPE.get(parameter["schema"].get("type", ""), "")
    if said:
        parameter.setdefault("description", str(said))


def describe_inputs(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing: a field of a body means what the field of that name means in the reply, unless it says more."""
    schemas = result["components"]["schemas"]
    for name, schema in schemas.items():
        shown = schemas.get(_INPUT.sub("", name)) if _INPUT.search(name) else None
        for field, said in schema.get("properties", {}).items():
            for words in ("title", "description"):
                if shown and words in shown.get("properties", {}).get(field, {}) and "$ref" not in said:
                    said.setdefault(words, shown["properties"][field][words])
            _exemplify(said)
    return result


def _exemplify(said: dict[str, Any]) -> None:
    """Of numbers the page would make up some that no shop has."""
    if said.get("format") == "decimal":
        said.setdefault("example", "199.00")
    elif said.get("maximum", 0) > JAVASCRIPT_MAX:
        said.setdefault("example", 1)
