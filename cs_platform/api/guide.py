"""What stands above the operations in the documentation: what holds for all of them, and what webhooks bring."""

import dataclasses
import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from cs_platform.events import catalogue
from cs_platform.webhooks.publishing import event_names

EXAMPLE = """```sh
curl -H "Authorization: Bearer $KEY" -H "Idempotency-Key: 1" -H "Content-Type: application/json" \\
  -d '{"external_id": "erp-1", "name": "林小满"}' http://127.0.0.1:8000/api/v1/customers/
```"""
RULES = (
    _(
        "Make a key in the back office: it may do what its scopes say. Each operation below names the scope that it"
        " needs."
    ),
    _(
        "**Lists** come in pages of 50 rows, or of `limit`, 200 at most: follow `next` until it is null. A parameter"
        " that a list does not know is passed over, and named in the header `Ignored-Parameters`."
    ),
    _(
        "**Times** are ISO 8601 with an offset. Amounts of orders are texts in yuan, such as 199.00; reports count in"
        " fen."
    ),
    _(
        "**Errors** are problem details (RFC 9457): `code` is for programs and the same in every language, `errors`"
        " names each field. Texts are in the language of `Accept-Language`."
    ),
    _(
        "**Idempotency-Key** on a POST: sent again with the same body within two days, it has no second effect and"
        " gets the first reply, with `Idempotent-Replayed: true`. With another body: 422. While the first is at work:"
        " 409 `in_flight`, try again."
    ),
    _(
        "**Limits**: the headers `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` say where the key is;"
        " 429 says in `Retry-After` how many seconds to wait. Also try again after 503."
    ),
    _("A body has at most 1 MB, orders in a batch 4 MB. Fields that are not known are passed over."),
)
WEBHOOKS = _(
    "Each event is posted to the endpoints that asked for it, as `type`, `timestamp` and `data`, signed by"
    " [Standard Webhooks](https://www.standardwebhooks.com): verify it with any of its packages and the secret of the"
    " endpoint. `webhook-id` is the same at every try, so leave out what you have. Answer 2xx within 15 seconds:"
    " anything else is tried again, ten times in three days; 410 switches the endpoint off. Events may overtake each"
    " other."
)
WORDS = {"int": "integer", "str": "text", "bool": "true or false", "None": "null"}


def add_guide(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing: the description of the whole."""
    rules = "\n".join(f"- {rule}" for rule in RULES)
    events = "\n".join(_described(name) for name in event_names())
    result["info"]["description"] = f"{EXAMPLE}\n\n{rules}\n\n## Webhooks\n\n{WEBHOOKS}\n\n{events}\n"
    return result


def _described(name: str) -> str:
    kind = catalogue[name]
    fields = ", ".join(f"`{one.name}` ({type_in_words(one.type)})" for one in dataclasses.fields(kind.cls))
    return f"- **{name}**: {' '.join(kind.description.split())}\n  `data`: {fields}"


def type_in_words(kind: Any) -> str:
    """A field's type as readers of JSON call it."""
    text = kind.__name__ if kind in (int, str, bool) else str(kind)
    if text.startswith("list["):
        return "list of texts" if text == "list[str]" else "list of objects"
    return re.sub(r"\w+", lambda word: WORDS.get(word[0], word[0]), text).replace(" | ", " or ")
