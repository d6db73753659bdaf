"""Check boxes in groups, some of which only managers may tick: scopes of keys, events of webhooks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Grant:
    value: str
    label: Text
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    title: Text
    grants: Sequence[Grant]


class GrantsWidget(forms.CheckboxSelectMultiple):
    """One line for each group."""

    groups: Sequence[Group] = ()

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        has_locked = any(grant.is_locked for group in self.groups for grant in group.grants)
        context = {"name": name, "groups": self.groups, "chosen": set(value or ()), "has_locked": has_locked}
        return render_to_string("admin/cs_platform/grants.html", context)


class GrantsField(forms.Field):
    """A list of strings. Locked ones stay as they were, whatever is sent."""

    widget = GrantsWidget

    def offer(self, groups: Sequence[Group], had: Iterable[str]) -> None:
        self.groups, self.had = groups, set(had)
        self.widget.groups = groups

    def clean(self, value: Any) -> list[str]:
        grants = [grant for group in self.groups for grant in group.grants]
        free = {grant.value for grant in grants if not grant.is_locked}
        kept = self.had - free
        chosen = {item for item in value or () if item in free} | kept
        if not chosen:
            raise ValidationError(_("Tick at least one."), code="required")
        return sorted(chosen)
