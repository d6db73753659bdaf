"""The form of a channel: on a platform it also asks for what the platform's back office says. Secrets stay put."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from routing.kinds import ChannelKind, ConnectionField
from routing.models import Channel

PREFIX = "connection_"


class ChannelForm(forms.ModelForm):
    """The fields of `channel_kind` are added by `form_for`, under their names with a prefix."""

    channel_kind: ChannelKind | None = None

    class Meta:
        model = Channel
        fields = "__all__"  # the admin's fieldsets choose

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.connection_values if self.instance.pk else {}
        for field in self._connection_fields():
            shown = self.fields[PREFIX + field.name]
            shown.required = field.is_required and not (_is_hidden(field) and known.get(field.name))
            if _is_hidden(field):
                shown.widget.attrs["placeholder"] = "••••••••" if known.get(field.name) else ""
            else:
                shown.initial = known.get(field.name) or (field.initial() if field.initial else "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.channel_kind is None:
            return cleaned
        known = self.instance.connection_values
        values = dict(known)
        for field in self._connection_fields():
            given = str(cleaned.get(PREFIX + field.name) or "").strip()
            # Left empty, a secret that is never shown stays what it was.
            values[field.name] = given or (known.get(field.name, "") if _is_hidden(field) else "")
            self._check(field, values[field.name])
        self._check_together(values)
        if not self.errors:
            self.instance.connection = json.dumps({name: value for name, value in values.items() if value})
        return cleaned

    def changed_secrets(self) -> list[str]:
        """The names of what was changed in the connection, for the audit trail; never the values."""
        return [name.removeprefix(PREFIX) for name in self.changed_data if name.startswith(PREFIX)]

    def _connection_fields(self) -> list[ConnectionField]:
        fields = self.channel_kind.fields if self.channel_kind else ()
        return [field for field in fields if PREFIX + field.name in self.fields]

    def _check(self, field: ConnectionField, value: str) -> None:
        try:
            if value and field.check:
                field.check(value)
        except ValidationError as error:
            self.add_error(PREFIX + field.name, error)

    def _check_together(self, values: dict[str, str]) -> None:
        try:
            if self.channel_kind and self.channel_kind.check_values:
                self.channel_kind.check_values(values)
        except ValidationError as error:
            for name, problems in error.message_dict.items():
                self.add_error(PREFIX + name, problems)


def form_for(kind: ChannelKind | None) -> type[ChannelForm]:
    """The form of channels of a kind; None for websites and for channels that are just being added."""
    fields = {PREFIX + field.name: _form_field(field) for field in kind.fields} if kind else {}
    return type("ChannelForm", (ChannelForm,), {"channel_kind": kind, **fields})


def field_names(kind: ChannelKind) -> list[str]:
    return [PREFIX + field.name for field in kind.fields]


def _form_field(field: ConnectionField) -> forms.Field:
    if field.choices:
        return forms.ChoiceField(
            label=str(field.label),
            help_text=str(field.help),
            choices=list(field.choices),
            widget=UnfoldAdminSelectWidget,
        )
    widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"})
    help_text = str(field.help)
    if _is_hidden(field):
        widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
        help_text = f"{field.help} {gettext('Left empty, it stays what it is.')}"
    return forms.CharField(label=str(field.label), help_text=help_text, widget=widget, max_length=500, required=False)


def _is_hidden(field: ConnectionField) -> bool:
    """What the platform made is only written; what we made must be copied to the platform, so it is shown."""
    return field.is_secret and field.initial is None
