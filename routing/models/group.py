"""Skill groups: who takes which chats."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models.agent import Agent
from routing.models.channel import Channel


class SkillGroup(models.Model):
    """Agents who share a skill, a channel or a region. Rules name a group by its key, so it may be renamed."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    agents = models.ManyToManyField(Agent, related_name="groups", blank=True, verbose_name=_("members"))
    channels = models.ManyToManyField(
        Channel,
        related_name="groups",
        blank=True,
        verbose_name=_("channels"),
        help_text=_("Chats of these channels go to this group unless a rule says otherwise. None: only by rules."),
    )
    regions = models.TextField(
        _("regions"), blank=True, help_text=_("One per line, such as 广东 or 上海: for customers from there.")
    )
    priority = models.PositiveSmallIntegerField(
        _("precedence"), default=0, help_text=_("Of two groups that fit, the one with the higher number gets the chat.")
    )

    class Meta:
        ordering = ["-priority", "name"]
        verbose_name = _("skill group")
        verbose_name_plural = _("skill groups")

    def __str__(self) -> str:
        return self.name

    def region_names(self) -> list[str]:
        return [line.strip() for line in self.regions.splitlines() if line.strip()]
