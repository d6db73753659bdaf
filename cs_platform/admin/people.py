"""Back office: the people who work here, and the background jobs that failed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django_q import admin as q_admin
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from cs_platform.models import SecondFactor, User
from cs_platform.roles import ROLES, assign_roles
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
            self.initial["roles"] = [name for name in _role_names(self.instance) if name in ROLES]


class PersonCreationForm(RoleFormMixin, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User


class PersonForm(RoleFormMixin, UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User


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
    readonly_fields = ("show_second_factor", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email")}),
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

    def save_related(self, request: HttpRequest, form: Any, formsets: Sequence[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "roles" in form.cleaned_data:
            assign_roles(form.instance, form.cleaned_data["roles"])

    @display(description=_("two-step verification"))
    def show_second_factor(self, person: User) -> object:
        return _("On") if getattr(person, "has_factor", False) else "—"

    @action(description=_("Take two-step verification away (lost phone)"), permissions=["change"])
    def take_second_factor_away(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Sure of who asks for it first: whoever has the password can log in afterwards."""
        assert isinstance(request.user, User)
        count = sum(remove_second_factor(person, by=request.user) for person in people)
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
        return ", ".join(str(ROLES[name]) for name in _role_names(person) if name in ROLES) or "—"


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


def _role_names(person: User) -> list[str]:
    return [group.name for group in person.groups.all()]
