"""Back office: the people who work here, and the background jobs that failed."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_q import admin as q_admin
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from cs_platform.models import SecondFactor, User
from cs_platform.people import give_roles, note_password, roles_of
from cs_platform.roles import MANAGER, ROLES
from cs_platform.second_factor import remove_second_factor

# Importing their modules registers them, so that they can be taken away here: roles stand in code, and nobody
# needs a page of finished jobs.
for model in (Group, Schedule, Success, Failure, OrmQ):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class RoleFormMixin(forms.ModelForm):
    """Roles as check boxes; the groups behind them are nobody's business."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=list(ROLES.items()),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Managers run the back office, agents answer in the console, integrators see channels and keys."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = roles_of(self.instance)


class PersonCreationForm(RoleFormMixin, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User


class PersonForm(RoleFormMixin, UserChangeForm):
    """Somebody who is here already; nobody can shut themselves out with it."""

    is_own = False

    class Meta(UserChangeForm.Meta):
        model = User
        help_texts: ClassVar = {"is_active": _("Switched off, this person can no longer log in. What they did stays.")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.is_own and not cleaned.get("is_active", True):
            self.add_error("is_active", _("You cannot switch off your own account."))
        if self.is_own and MANAGER in self.initial["roles"] and MANAGER not in cleaned.get("roles", ()):
            self.add_error("roles", _("You cannot take this role from yourself; another manager can."))
        return cleaned


class SecondFactorFilter(admin.SimpleListFilter):
    title = _("two-step verification")
    parameter_name = "second_factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("On")), ("no", pgettext_lazy("two-step verification", "Off"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        is_wanted = {"yes": True, "no": False}.get(self.value() or "")
        return queryset if is_wanted is None else queryset.filter(second_factor__isnull=not is_wanted)


@admin.register(User)
class PersonAdmin(auth_admin.UserAdmin, ModelAdmin):
    """People and their roles. Who is not a superuser neither sees nor makes superusers."""

    form = PersonForm
    add_form = PersonCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "display_name", "show_roles", "show_second_factor", "is_active", "last_login")
    list_filter = ("is_active", SecondFactorFilter)
    actions = ("take_second_factor_away",)
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("show_password", "show_second_factor", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "show_password", "display_name", "email")}),
        (_("What this person may do"), {"fields": ("roles", "is_active")}),
        (_("Log-in"), {"fields": ("show_second_factor",)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "display_name", "email", "password1", "password2", "roles"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = SecondFactor.objects.filter(user=OuterRef("pk"))
        people = super().get_queryset(request).prefetch_related("groups").annotate(has_factor=Exists(factors))
        return people if request.user.is_superuser else people.filter(is_superuser=False)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.is_own = obj is not None and obj.pk == request.user.pk
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: Sequence[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "roles" not in form.cleaned_data:
            return
        person, roles = form.instance, form.cleaned_data["roles"]
        give_roles(person, roles, by=_who(request), is_new=not change, changed=form.changed_data)
        if not roles and not person.is_superuser:
            messages.warning(request, gettext("Without a role this person can log in, but do nothing."))

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - as Django's address names it
        form_url: str = "",
    ) -> HttpResponse:
        response: HttpResponse = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            note_password(User.objects.get(pk=id), by=_who(request))
        return response

    @display(description=_("password"))
    def show_password(self, person: User) -> str:
        url = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('<a class="font-medium text-primary-600" href="{}">{}</a>', url, gettext("Set a new one"))

    @display(description=_("two-step verification"))
    def show_second_factor(self, person: User) -> object:
        return _("On") if getattr(person, "has_factor", False) else "—"

    @action(description=_("Take two-step verification away (lost phone)"), permissions=["change"])
    def take_second_factor_away(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Sure of who asks for it first: whoever has the password can log in afterwards."""
        count = sum(remove_second_factor(person, by=_who(request)) for person in people)
        text = ngettext(
            "%(count)d person now logs in with the password alone.",
            "%(count)d people now log in with the password alone.",
            count,
        )
        self.message_user(request, text % {"count": count})

    @display(description=_("roles"))
    def show_roles(self, person: User) -> str:
        if person.is_superuser:
            return str(_("Owner of the installation"))
        return ", ".join(str(ROLES[name]) for name in roles_of(person)) or "—"


@admin.register(Failure)
class FailedJobAdmin(q_admin.FailAdmin, ModelAdmin):
    """Background jobs that failed for good: read the reason, try again."""

    list_display = ("func", "started", "stopped", "short_result")
    list_filter = ()
    search_fields = ("name", "func")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
