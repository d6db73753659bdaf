"""Which events tell what customers wrote or who they are: those whose noun needs a personal scope in the API."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from cs_platform.api.router import known_scopes, personal_scopes
from cs_platform.models import ApiKey
from cs_platform.webhooks.publishing import TEST_EVENT, event_names


def scope_of(event_name: str) -> str:
    """The scope that reads the same by API, such as messages:read for message.created; empty when there is none."""
    noun = event_name.partition(".")[0]
    known = known_scopes()
    return next((scope for scope in (f"{noun}s:read", f"{noun}:read") if scope in known), "")


def is_personal(event_name: str) -> bool:
    """An event of a noun that no resource shows is taken for personal: nobody has said that it is not."""
    scope = scope_of(event_name)
    return event_name != TEST_EVENT and (not scope or scope in personal_scopes())


def personal_events() -> set[str]:
    return {name for name in event_names() if is_personal(name)}


def check_key_may_hear(key: ApiKey, events: Iterable[str], had: Iterable[str] = ()) -> None:
    """A key subscribes only to what it may read."""
    missing = {scope for name in set(events) - set(had) if (scope := scope_of(name)) and not key.may(scope)}
    if missing:
        names = ", ".join(sorted(missing))
        raise ValidationError({"events": gettext("The key lacks the scopes %(names)s.") % {"names": names}})
