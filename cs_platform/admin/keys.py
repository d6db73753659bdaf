"""Back office: keys of programs. Made with a choice of scopes, shown once, revoked at a click."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from cs_platform.admin.grants import Grant, GrantsField, Group
from cs_platform.admin.pages import confirm_page, secret_page
from cs_platform.api.granting import change_key, issue_key, may_grant_personal, revoke_key
from cs_platform.api.router import known_scopes, personal_scopes, readable_list
from cs_platform.models import ApiKey, User

VERBS = {"read": _("read"), "write": _("write")}


class ApiKeyForm(forms.ModelForm):
    user: User
    scopes = GrantsField(label=_("What the program may do"))

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "expires_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "scopes" in self.fields:
            had = self.instance.scopes if self.instance.pk else ()
            cast(GrantsField, self.fields["scopes"]).offer(_scope_groups(self.user), had)


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    form = ApiKeyForm
    list_display = ("name", "prefix", "show_state", "show_scopes", "owner", "last_used_at", "expires_at")
    list_select_related = ("owner",)
    search_fields = ("name", "prefix")
    readonly_fields = ("prefix", "owner", "created_at", "last_used_at", "revoked_at")
    actions_detail = ("revoke",)
    warn_unsaved_form = True

    def get_fieldsets(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        fields = [(None, {"fields": ("name", "scopes", "expires_at")})]
        about = ("prefix", "owner", "created_at", "last_used_at", "revoked_at")
        return [*fields, (_("About this key"), {"fields": about})] if obj else fields

    def get_form(self, request: HttpRequest, obj: ApiKey | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    @display(description=_("state"), label={"valid": "success", "expired": "warning", "revoked": "danger"})
    def show_state(self, key: ApiKey) -> tuple[str, str]:
        if key.revoked_at:
            return "revoked", gettext("Revoked")
        return ("expired", gettext("Expired")) if key.is_expired else ("valid", gettext("Valid"))

    @display(description=_("may"))
    def show_scopes(self, key: ApiKey) -> str:
        shown = ", ".join(key.scopes[:3])
        return f"{shown} … ({len(key.scopes)})" if len(key.scopes) > 3 else shown

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in ("name", "scopes", "expires_at")}
        if change:
            change_key(obj, by=_who(request), **values)
            return
        key, text = issue_key(owner=_who(request), **values)
        vars(obj).update(vars(key), text=text)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        tried = readable_list(obj.scopes)
        address = request.build_absolute_uri(f"/api/v1/{tried}")
        return secret_page(
            self,
            request,
            title=gettext("The key “%(name)s”") % {"name": obj.name},
            text=gettext("Copy the key now and keep it where your program reads it."),
            secret=obj.text,
            back=reverse("admin:cs_platform_apikey_changelist"),
            example=f'curl -H "Authorization: Bearer {obj.text}" {address}' if tried else "",
        )

    @action(description=_("Revoke"), url_path="revoke", icon="block", permissions=["change"])
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key = ApiKey.objects.get(pk=object_id)
        back = reverse("admin:cs_platform_apikey_change", args=[key.pk])

        def do() -> HttpResponse:
            revoke_key(key, by=_who(request))
            messages.success(request, gettext("The key stopped working."))
            return HttpResponseRedirect(reverse("admin:cs_platform_apikey_changelist"))

        return confirm_page(
            self,
            request,
            title=gettext("Revoke “%(name)s”?") % {"name": key.name},
            text=gettext("Programs that use it are refused from now on. This cannot be taken back."),
            button=gettext("Revoke"),
            back=back,
            do=do,
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Revoked ones nobody; integrators their own. (Revoking is open to all of them: a leak does not wait.)"""
        if isinstance(obj, ApiKey) and (obj.revoked_at or not _may_change(request, obj)):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _may_change(request: HttpRequest, key: ApiKey) -> bool:
    return key.owner_id == request.user.pk or may_grant_personal(_who(request))


def _scope_groups(user: User) -> list[Group]:
    """One line for each noun: read, write, and what more there is."""
    titles, personal = known_scopes(), personal_scopes()
    locked = set() if may_grant_personal(user) else personal
    nouns: dict[str, list[Grant]] = {}
    for scope, title in titles.items():
        noun, _colon, verb = scope.partition(":")
        nouns.setdefault(noun, []).append(Grant(scope, VERBS.get(verb, title), scope in locked))
    return [Group(titles[f"{noun}:read"], sorted(grants, key=_place)) for noun, grants in nouns.items()]


def _place(grant: Grant) -> tuple[bool, str]:
    """Reading, writing, then what is special."""
    verb = grant.value.partition(":")[2]
    return verb not in VERBS, verb


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
