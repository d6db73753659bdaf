"""Who is there to answer, how much each takes, and skill groups."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from routing.admin.announcing import AnnouncingAdmin
from routing.models import Agent, SkillGroup


@admin.register(Agent)
class AgentAdmin(AnnouncingAdmin):
    """Presence is written by the console; how many chats a person takes is set here."""

    list_display = ("user", "show_presence", "capacity", "accepts_automatically", "show_groups", "last_seen_at")
    list_editable = ("capacity", "accepts_automatically")
    list_filter = ("presence", "groups")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name")
    fields = ("user", "presence", "last_seen_at", "capacity", "accepts_automatically")
    readonly_fields = ("user", "presence", "last_seen_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        return super().get_queryset(request).prefetch_related("groups")

    @display(
        description=_("presence"),
        ordering="presence",
        label={Agent.Presence.ONLINE: "success", Agent.Presence.AWAY: "warning", Agent.Presence.OFFLINE: "default"},
    )
    def show_presence(self, agent: Agent) -> tuple[str, str]:
        return agent.presence, agent.get_presence_display()

    @display(description=_("skill groups"))
    def show_groups(self, agent: Agent) -> str:
        return "、".join(group.name for group in agent.groups.all()) or "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SkillGroup)
class SkillGroupAdmin(AnnouncingAdmin):
    list_display = ("name", "show_agents", "show_channels", "priority")
    search_fields = ("name", "regions")
    autocomplete_fields = ("agents", "channels")
    warn_unsaved_form = True
    fieldsets = (
        (None, {"fields": ("name", "agents")}),
        (_("Which chats it gets"), {"fields": ("channels", "regions", "priority")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SkillGroup]:
        rows = super().get_queryset(request).prefetch_related("channels")
        return rows.annotate(agent_count=Count("agents", distinct=True))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "regions":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description=_("members"), ordering="agent_count")
    def show_agents(self, group: Any) -> int:
        return group.agent_count

    @display(description=_("channels"))
    def show_channels(self, group: SkillGroup) -> str:
        return "、".join(channel.name for channel in group.channels.all()) or str(_("Only by rules"))
