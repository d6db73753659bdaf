"""Fields of the entry form that a text in the row stands behind: lists to tick, and conditions to put together."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from cs_platform.handoff import Condition, explain_handoff, parse_handoff
from kb.offers import level_choices


class TickedField(forms.MultipleChoiceField):
    """Values in one text, ticked in a list. A stored value that is no longer offered stays until it is unticked."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, *, offered: Callable[[], Sequence[tuple[str, str]]], separator: str, **kwargs: Any) -> None:
        super().__init__(required=False, choices=offered, **kwargs)
        self.offered = offered
        self.separator = separator

    def keep(self, text: str) -> None:
        """Offer what is stored, too."""
        offered = list(self.offered())
        known = {value for value, _label in offered}
        self.choices = [*offered, *((value, value) for value in self.split(text) if value not in known)]

    def split(self, text: str) -> list[str]:
        return [part.strip() for part in text.split(self.separator) if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        return self.split(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return self.separator.join(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class PhrasingsWidget(UnfoldAdminTextareaWidget):
    """Phrasings, one per line, with more of them to pick."""

    class Media:
        js = ("kb/phrasings.js",)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = {"field": super().render(name, value, attrs, renderer), "id": (attrs or {}).get("id", f"id_{name}")}
        return render_to_string("admin/kb/phrasings.html", context)


class HandoffWidget(UnfoldAdminTextareaWidget):
    """The condition as rows to choose from; without scripts, or where it cannot be read, as the text it is."""

    class Media:
        js = ("kb/handoff.js",)
        css = {"all": ("kb/editing.css",)}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        condition = parse_handoff(value or "")
        context = {
            "field": super().render(name, value, attrs, renderer),
            "id": (attrs or {}).get("id", f"id_{name}"),
            "explained": explain_handoff(condition),
            "editor": {"cases": _as_rows(condition), "note": "\n".join(condition.notes), **_vocabulary()},
        }
        return render_to_string("admin/kb/handoff.html", context)


def _as_rows(condition: Condition) -> list[list[dict[str, str]]]:
    return [[{"kind": test.kind, "value": test.value} for test in case] for case in condition.cases]


def _vocabulary() -> dict[str, Any]:
    """What the editor offers: each kind with how it is named, written and explained."""
    return {
        "kinds": [
            _kind("words", _("the customer writes one of"), "words: {}", hint=_("broken, allergy")),
            _kind("amount", _("the latest order is over (yuan)"), "amount over: {}", hint="500", value="number"),
            _kind("level", _("the customer's level is"), "level: {}", choices=level_choices()),
            _kind("asked", _("the customer has asked this before, times"), "asked: {}", hint="2", value="number"),
            _kind("closed", _("it is outside service hours"), "outside hours"),
            _kind("open", _("it is within service hours"), "inside hours"),
            _kind("negative", _("the customer is upset"), "upset"),
            _kind("always", _("always"), "always"),
        ],
        "words": {
            "and": _("and"),
            "or": _("or when"),
            "addAnd": _("and also"),
            "addCase": _("Add a case"),
            "remove": _("Remove"),
            "value": _("Value"),
            "note": _("Note for agents"),
            "when": _("A person answers when"),
            "never": _("The AI answers; no case is given."),
            "asText": _("Write it as text"),
        },
    }


def _kind(
    name: str, label: str, text: str, *, hint: str = "", value: str = "text", choices: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    return {"name": name, "label": label, "text": text, "hint": hint, "type": value, "choices": list(choices)}
