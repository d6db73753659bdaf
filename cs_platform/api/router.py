"""Addresses of the API, and by them the scopes that a key can have."""

from collections.abc import Collection
from functools import cache
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from rest_framework.routers import SimpleRouter

from cs_platform.api.views import ApiViewSet

Title = str | Promise


class ApiRouter(SimpleRouter):
    """`register(prefix, ViewSet)`; addresses work with and without the slash at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"

    def register(self, prefix: str, viewset: type[ApiViewSet], basename: str | None = None) -> None:
        if not getattr(viewset, "scope", ""):
            raise ImproperlyConfigured(f"{viewset.__name__} names no scope")
        viewset.api_basename = basename or f"api-{prefix.replace('/', '-')}"
        super().register(prefix, viewset, viewset.api_basename)

    def scopes(self) -> dict[str, Title]:
        """Every scope with the name of its noun, in the order of their names."""
        found: dict[str, Title] = {}
        for _prefix, viewset, _basename in self.registry:
            title = viewset.scope_title or _model_name(viewset) or viewset.scope
            for scope in _scopes_of(viewset):
                if viewset.scope_title or scope not in found:  # of several resources, one names their common noun
                    found[scope] = title
            found |= viewset.personal_scopes
        return dict(sorted(found.items()))

    def personal_scopes(self) -> set[str]:
        """Those that show what customers wrote or who they are; managers give them."""
        personal = {scope for _p, view, _b in self.registry if view.is_personal for scope in _scopes_of(view)}
        return personal | {scope for _p, view, _b in self.registry for scope in view.personal_scopes}


def _scopes_of(viewset: type[ApiViewSet]) -> list[str]:
    writes = {"create", "partial_update", "destroy"} & set(dir(viewset))
    writes |= {action.url_name for action in viewset.get_extra_actions() if set(action.mapping) - {"get", "head"}}
    return [f"{viewset.scope}:read", *([f"{viewset.scope}:write"] if writes else [])]


def _model_name(viewset: type[ApiViewSet]) -> Any:
    queryset = getattr(viewset, "queryset", None)
    return queryset.model._meta.verbose_name_plural if queryset is not None else ""


router = ApiRouter()


@cache
def discover() -> None:
    """Have every app register its resources, once."""
    import_module("cs_platform.webhooks.api")
    autodiscover_modules("api")


def known_scopes() -> dict[str, Title]:
    """Every scope that a key can have, with the name of its noun."""
    discover()
    return router.scopes()


def personal_scopes() -> set[str]:
    """Those that only managers give."""
    discover()
    return router.personal_scopes()


def readable_list(scopes: Collection[str]) -> str:
    """The first list that a key with these scopes may read, such as knowledge/entries/; empty when there is none."""
    discover()
    lists = (f"{prefix}/" for prefix, view, _b in router.registry if f"{view.scope}:read" in scopes)
    return next(lists, "")
